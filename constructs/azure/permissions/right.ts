/** A role of Azure, with the resource that it is given on and the page that says what it allows. */
export interface AzureRight {
  /** Name of a role that is built in. */
  readonly role: string;
  readonly on: string;
  readonly source: string;
}
