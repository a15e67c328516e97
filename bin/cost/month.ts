import type { Flow } from './flow.ts';
import type { Located } from './located.ts';
import { predictionObjects, type Usage, watchReads } from './usage.ts';

/** The month that a rule looks at beside its resource. */
export interface Month {
  readonly resources: readonly Located[];
  readonly flow: Flow;
  readonly usage: Usage;
}

/** Files that a run writes and reads in the artifact store. */
const WRITES_PER_RUN = 60;
const READS_PER_RUN = 120;
/** The pointer, and the approvals when there is something to release. */
const READS_PER_TICK = 2;
/** The pointer, the manifest and the recorded answer. */
const READS_PER_PROBE = 3;

/** Writes and reads of the artifact store. */
export function objectRequestsOf({ resources, flow, usage }: Month): {
  readonly writes: number;
  readonly reads: number;
} {
  const ticks = resources.reduce(
    (sum, one) => (one.function === 'release' ? sum + (flow.calls.get(one.logicalId) ?? 0) : sum),
    0,
  );
  const watched = flow.retrainings * usage.watchHours * 60; // minutes; each one lists the days so far
  return {
    writes:
      (flow.runs + flow.retrainings) * WRITES_PER_RUN +
      predictionObjects(usage) +
      watched * (1 + usage.watchHours / 48),
    reads:
      (flow.runs + flow.retrainings) * READS_PER_RUN +
      ticks * READS_PER_TICK +
      flow.probes * READS_PER_PROBE +
      watchReads(usage, flow.retrainings) +
      usage.predictions,
  };
}
