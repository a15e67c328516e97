import type { ModelConfig } from '../core/config.ts';
import { isDriftEpisode } from '../core/drift/episode.ts';
import { alertsOf } from '../core/drift/evaluate.ts';
import { LOSS, recordedAdvantage } from '../core/evaluation/difference.ts';
import type { Ports } from '../ports/index.ts';
import { listReports, type WindowReport } from '../stores/drift-reports.ts';
import { readIndex } from '../stores/models.ts';
import { type Evaluation, readEvaluation } from '../stores/runs.ts';

export interface RetrainingCall {
  readonly trigger: 'drift' | 'performance';
  /** In words, with the numbers. */
  readonly reason: string;
}

type PerformanceRule = NonNullable<ModelConfig['retraining']['on']['performance']>;

const DAY_MS = 86_400_000;

/**
 * Whether the newest windows call for a retraining, by the blueprint's rule. Only windows of the version that
 * serves count, only those with enough rows, only those since the last training (what came before it has been
 * answered by it), and none while that training is too recent.
 */
export async function decideRetraining(
  ports: Pick<Ports, 'objects' | 'clock'>,
  config: ModelConfig,
  newest: WindowReport,
): Promise<RetrainingCall | null> {
  const { on, coolDownDays } = config.retraining;
  const { versions } = await readIndex(ports);
  const lastTrained = versions.at(-1)?.createdAt ?? 0;
  if (ports.clock.now() - lastTrained < coolDownDays * DAY_MS) return null;
  const drift = on.drift ? await driftEpisode(ports, config, newest, lastTrained) : null;
  if (drift !== null || on.performance === undefined) return drift;
  const runId = versions.find(({ version }) => version === newest.version)?.runId;
  const evaluation = runId === undefined ? undefined : await readEvaluation(ports, runId);
  return performanceLost(on.performance, newest, evaluation);
}

async function driftEpisode(
  ports: Pick<Ports, 'objects'>,
  { monitoring }: ModelConfig,
  newest: WindowReport,
  lastTrained: number,
): Promise<RetrainingCall | null> {
  const own = (await listReports(ports, lastTrained)).filter(
    ({ version, window, drift }) =>
      version === newest.version && window.to > lastTrained && drift.verdict !== 'insufficient',
  );
  const { consecutive } = monitoring;
  const verdicts = own.map(({ drift }) => drift.verdict);
  if (!isDriftEpisode(verdicts, consecutive)) return null;
  const reason = `${consecutive.n} of the last ${consecutive.of} windows drifted: ${worst(own)}`;
  return { trigger: 'drift', reason };
}

function performanceLost(
  { metric, dropBy }: PerformanceRule,
  { performance }: WindowReport,
  holdout: Evaluation | undefined,
): RetrainingCall | null {
  if (performance === null || holdout === undefined) return null;
  const advantage = recordedAdvantage(metric, performance.metrics, holdout.metrics, LOSS.certainty);
  if (advantage?.high === undefined || advantage.high >= -dropBy) return null; // not measured, or not certain
  const { value, high } = advantage;
  return {
    trigger: 'performance',
    reason: `${metric} is ${(-value).toFixed(3)} worse than on the holdout, at least ${(-high).toFixed(3)} with ${100 * LOSS.certainty} % certainty, ${dropBy} is allowed`,
  };
}

/** Lists the alerts of the newest window that drifted, with the numbers. */
function worst(reports: readonly WindowReport[]): string {
  const newest = reports.findLast(({ drift }) => drift.verdict === 'drifted');
  return (newest && alertsOf(newest.drift).join(', ')) || 'the scores'; // of old reports without numbers
}
