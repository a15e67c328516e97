/** A resource of a synthesized app, and where it stands. */
export interface Located {
  readonly stack: string;
  /** In its stack. */
  readonly logicalId: string;
  /** As the cloud's own tools name it. */
  readonly type: string;
  /** The type in a word, for people. */
  readonly kind: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** The construct right below the stack, `ScoringApi`; the logical id where the app does not say. */
  readonly component: string;
  /** The constructs between that and the resource, `Function`; empty when there are none. */
  readonly path: string;
  /** Name of the function in `lambdas/functions.ts` that this resource deploys. */
  readonly function?: string;
}
