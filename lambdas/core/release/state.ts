/**
 * What the release pointer `release/state.json` holds: the one place that says which version serves.
 * A release changes nothing else, so a deployment never fights a release.
 */

/** A registered version and the digest of its bundle's manifest (sha256, hex). */
export interface VersionRef {
  readonly version: number;
  readonly digest: string;
}

/** How a version reaches all requests. `shadow-replay` scores past requests with both versions first. */
export type RunnableStrategy = 'all-at-once' | 'shadow-replay';

/** A version on its way, not serving yet. */
export interface Challenger extends VersionRef {
  readonly strategy: RunnableStrategy;
  /** True when drift or new labels asked for a different model: a changed score is then expected. */
  readonly changeExpected: boolean;
  /** ms since 1970. */
  readonly startedAt: number;
}

/** The champion has just moved; it is watched until the window ends. */
export interface Watch {
  /** ms since 1970; only what was answered from here on counts. */
  readonly since: number;
  readonly until: number;
  readonly strategy: RunnableStrategy;
  /** What let it through to all requests. */
  readonly reason: string;
}

export type Fate = 'promoted' | 'aborted' | 'rolled-back' | 'expired';

/** How one release ended. */
export interface ReleaseOutcome {
  readonly version: number;
  readonly strategy: RunnableStrategy;
  readonly fate: Fate;
  readonly reason: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** It showed harm, or too little to tell, and serves on because nothing is there to go back to. */
  readonly unproven?: true;
}

export interface ReleaseState {
  readonly schemaVersion: 1;
  /** Serves every request; null before the first release. */
  readonly champion: VersionRef | null;
  /** Where a rollback goes; null when there is nothing to go back to. Never the champion. */
  readonly previous: VersionRef | null;
  /** Champions before `previous`, oldest first, the newest 16: a rollback may be rolled back too. */
  readonly earlier: readonly VersionRef[];
  readonly challenger: Challenger | null;
  readonly watch: Watch | null;
  /** Versions that were aborted or rolled back: a late or duplicate approval cannot bring them back. */
  readonly rejected: readonly number[];
  /** The newest 64, oldest first. */
  readonly outcomes: readonly ReleaseOutcome[];
}

export const EMPTY_RELEASE: ReleaseState = {
  schemaVersion: 1,
  champion: null,
  previous: null,
  earlier: [],
  challenger: null,
  watch: null,
  rejected: [],
  outcomes: [],
};
