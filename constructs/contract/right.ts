/** Right that a function or a service needs. Each cloud adds its payload: actions, a role, a scope. */
export interface Right {
  /** Resources that it is granted on, in words. */
  readonly on: string;
  /** Why a right is needed that no port call names. */
  readonly impliedBy?: string;
  /** The vendor's page. */
  readonly source: string;
}
