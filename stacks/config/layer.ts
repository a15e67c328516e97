import type { Cloud, EnvironmentInput } from '../../constructs/config/schema.ts';

type Given = Partial<EnvironmentInput>;

/** What an environment's file says: what holds everywhere, and what holds on one cloud. */
export interface EnvironmentLayer extends Given {
  readonly on?: Readonly<Partial<Record<Cloud, Given>>>;
}
