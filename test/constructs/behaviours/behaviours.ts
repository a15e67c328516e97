/**
 * The behaviours that the constructs of every cloud share, each a sentence and its check. A cloud adds a reader of its
 * templates and a planted fault for each sentence; the sentences stay as they are.
 */

import type { Check } from './check.ts';
import { DATA_BEHAVIOURS } from './data.ts';
import { FUNCTION_BEHAVIOURS } from './functions.ts';
import { RESOURCE_BEHAVIOURS } from './resources.ts';
import { RUN_BEHAVIOURS } from './runs.ts';
import { SERVING_BEHAVIOURS } from './serving.ts';

export const BEHAVIOURS = {
  ...FUNCTION_BEHAVIOURS,
  ...DATA_BEHAVIOURS,
  ...RUN_BEHAVIOURS,
  ...SERVING_BEHAVIOURS,
  ...RESOURCE_BEHAVIOURS,
} as const satisfies Readonly<Record<string, Check>>;

/** The sentence of a behaviour. */
export type Behaviour = keyof typeof BEHAVIOURS;
