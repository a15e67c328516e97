import { grantTo } from '../terraform-plant.ts';

/** Sentences that a template on Google Cloud cannot keep; cloud.ts has the reasons. */
export type GcpRefused =
  | 'the artifact store refuses plain HTTP'
  | 'logs go with their stack, which can then be made anew';

/** Adds a grant to the member of the first grant of a type that matches. */
export const grant = grantTo('member');
