/** Events of a deployed model that failed at every try, as their cloud hands them over. */

import type { OnStep } from '../drain/drainable.ts';

export interface DeadLetter {
  /** The cloud's own. */
  readonly id: string;
  /** When it was given up, ISO 8601. */
  readonly at: string;
  /** Kind and name of what gave it up: `function bank-marketing-dev-Release…`. */
  readonly from: string;
  /** The last error, as the cloud reports it. */
  readonly error: string;
  /** The event, as JSON. */
  readonly event: string;
  /** Why it cannot be replayed; null where it can. */
  readonly stuck: string | null;
}

/** The dead letters of one model. */
export interface DeadLetterBox {
  readonly account: string;
  readonly region: string;
  /** All letters. Nobody else sees them until `release` is called or some minutes have passed. */
  readonly list: (onStep: OnStep) => Promise<readonly DeadLetter[]>;
  /** Sends the event again to what should have handled it; twice is once, where the cloud offers that. */
  readonly replay: (letter: DeadLetter) => Promise<void>;
  readonly discard: (letter: DeadLetter) => Promise<void>;
  /** Gives what was listed and not discarded back. */
  readonly release: () => Promise<void>;
}
