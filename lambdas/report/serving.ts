import type { ReleaseSummary, Summary } from './summary.ts';

/** A version answered every request in [from, to), ms since 1970. */
export interface Reign {
  readonly version: number;
  readonly from: number;
  readonly to: number;
  /** Why it began to serve: its own release, or the end of the version after it. */
  readonly because: ReleaseSummary;
}

/** Returns the time that the report shows, ms since 1970: all windows, releases and retrainings. */
export function reportedTime({ drift, releases, retrainings, data }: Summary): { from: number; to: number } {
  const moments = [
    ...drift.flatMap(({ from, to }) => [from, to]),
    ...releases.flatMap(({ startedAt, endedAt }) => [startedAt, endedAt]),
    ...retrainings.map(({ at }) => at),
  ].map((at) => Date.parse(at));
  const shown = moments.length > 0 ? moments : [Date.parse(data.from), Date.parse(data.to)];
  return { from: Math.min(...shown), to: Math.max(...shown) };
}

/**
 * Returns the periods of service of all versions, oldest first, derived from how the releases ended. A release moves all
 * requests when it starts. If it is rolled back or expires, they return to the version before. An aborted release never
 * had them.
 */
export function reigns(summary: Summary): readonly Reign[] {
  const { to: end } = reportedTime(summary);
  const moves = summary.releases
    .filter(({ fate }) => fate !== 'aborted')
    .flatMap((release) => [
      { at: Date.parse(release.startedAt), release, back: false },
      ...(isReturn(release) ? [{ at: Date.parse(release.endedAt), release, back: true }] : []),
    ])
    .sort((a, b) => a.at - b.at);
  const champions: number[] = [];
  const found: Reign[] = [];
  for (const { at, release, back } of moves) {
    if (back) champions.splice(champions.lastIndexOf(release.version), 1);
    else if (champions.at(-1) !== release.version) champions.push(release.version);
    const version = champions.at(-1);
    const current = found.at(-1);
    if (current?.version === version) continue;
    if (current !== undefined) found[found.length - 1] = { ...current, to: at };
    if (version !== undefined) found.push({ version, from: at, to: end, because: release });
  }
  return found;
}

/** Whether the release ended with the version before it in its place. */
export function isReturn({ fate }: ReleaseSummary): boolean {
  return fate === 'rolled-back' || fate === 'expired';
}

/** Requests that each version answered. */
export function servedByVersion({ releases }: Summary): ReadonlyMap<number, number> {
  const served = new Map<number, number>();
  // A version that was released twice states its whole count both times.
  for (const { version, served: n } of releases) served.set(version, Math.max(n, served.get(version) ?? 0));
  return served;
}
