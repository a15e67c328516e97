import { grantTo } from '../terraform-plant.ts';

/** Sentences that templates on Azure cannot keep; cloud.ts has the reasons. */
export type AzureRefused =
  | 'every function has a log of its own'
  | 'a run has the steps of its plan, in order'
  | 'a run may call its own functions, and nothing else';

/** Adds a grant to the identity of the first grant of a type that matches. */
export const assign = grantTo('principal_id');
