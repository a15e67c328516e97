import type { Cloud, EnvironmentInput } from '../../constructs/config/schema.ts';

type Given = Partial<EnvironmentInput>;

/** Values in the file of an environment: those that hold everywhere, and those of one cloud. */
export interface EnvironmentLayer extends Given {
  readonly on?: Readonly<Partial<Record<Cloud, Given>>>;
}
