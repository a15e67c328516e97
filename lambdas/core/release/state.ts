/**
 * Content of the release pointer `release/state.json`: the one place that decides which version serves.
 * A release changes nothing else, so a deployment never fights a release.
 */

/** A registered version and the digest of its bundle's manifest (sha256, hex). */
export interface VersionRef {
  readonly version: number;
  readonly digest: string;
}

/**
 * How a version reaches all requests. All but `all-at-once` score past requests with both versions first; after
 * `shadow-replay` the version takes all requests, the others then answer live requests step by step.
 */
export type RunnableStrategy = 'all-at-once' | 'shadow-replay' | 'shadow' | 'canary' | 'linear';

/**
 * How much a version has to show: `full` excludes that it is twice as bad as a champion at half of its limits, `looser`,
 * for few requests, four times.
 */
export type EvidenceTest = 'full' | 'looser';

/** A live step: both versions respond to live requests. */
export interface LiveStep {
  /** From 0. */
  readonly step: number;
  /** Share of the requests that the challenger answers; of a shadow, that it answers besides the champion. */
  readonly share: number;
  /** True for a shadow: the challenger's responses are recorded and discarded. */
  readonly shadow: boolean;
  /** ms since 1970; only what was answered from here on counts. */
  readonly since: number;
  /** @default 'full', as in states of before there were two */
  readonly test?: EvidenceTest;
  /** Evidence of the steps before, as `Comparison.logs` of bad and of slow answers. */
  readonly before: { readonly bad: readonly number[]; readonly slow: readonly number[] };
}

/** A version on its way, not serving all requests yet. */
export interface Challenger extends VersionRef {
  readonly strategy: RunnableStrategy;
  /** True when drift or new labels asked for a different model: a changed score is then expected. */
  readonly changeExpected: boolean;
  /** ms since 1970. */
  readonly startedAt: number;
  /** Why it passed the replay, and its step; absent during the replay. */
  readonly replay?: string;
  readonly live?: LiveStep;
}

/** The champion has just moved; it is watched until the window ends. */
export interface Watch {
  /** ms since 1970; only what was answered from here on counts. */
  readonly since: number;
  readonly until: number;
  readonly strategy: RunnableStrategy;
  /** Why it was promoted to all requests. */
  readonly reason: string;
}

export type Fate = 'promoted' | 'aborted' | 'rolled-back' | 'expired';

/** The cause of a release without evidence. */
export interface Shortfall {
  readonly cause: 'too-few-requests' | 'near-limits';
  /** The setting that helps, as a command to a person. */
  readonly fix: string;
}

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
  /** It ended without evidence: what was missing. */
  readonly shortfall?: Shortfall;
}

export interface ReleaseState {
  /** 2 since challengers may be live; a state of schema version 1 reads as it is. */
  readonly schemaVersion: 2;
  /** Serves every request; null before the first release. */
  readonly champion: VersionRef | null;
  /** Target of a rollback; null when there is none. Never the champion. */
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

/** Whether a release waits for answers: a step of both versions, or the watch after one. */
export function isUnderWay({ challenger, watch }: ReleaseState): boolean {
  return watch !== null || challenger?.live !== undefined;
}

export const EMPTY_RELEASE: ReleaseState = {
  schemaVersion: 2,
  champion: null,
  previous: null,
  earlier: [],
  challenger: null,
  watch: null,
  rejected: [],
  outcomes: [],
};
