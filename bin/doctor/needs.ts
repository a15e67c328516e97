import type { Environment } from '../../constructs/config/schema.ts';
import type { CheckOutcome } from './check.ts';

/** A package that deploys. */
export interface NeededPackage {
  readonly name: string;
  /** Given where npm's tag `latest` may be another one. */
  readonly major?: number;
}

/** Everything that a deploy to one cloud needs of this machine and of the project. */
export interface MachineNeeds {
  readonly packages: readonly NeededPackage[];
  /** A Node that is not needed yet, and who will need it. */
  readonly nodeSoon: { readonly major: number; readonly why: string };
  /** The runtime of every function, and the end of its support. */
  readonly runtime: { readonly name: string; readonly deprecated: string };
  /** The cloud's own ids that stacks/config gives as examples. */
  readonly examples: RegExp;
  /** Undefined when nothing is wrong with the network that the environment's file names. */
  readonly network: (environment: Environment, file: string) => CheckOutcome | undefined;
}
