import type { ModelConfig } from '../core/config.ts';
import { isDriftEpisode } from '../core/drift/consecutive.ts';
import { advantage } from '../core/gate.ts';
import type { Ports } from '../ports/index.ts';
import { listReports, type WindowReport } from '../stores/drift-reports.ts';
import { readIndex } from '../stores/models.ts';

export interface RetrainingCall {
  readonly trigger: 'drift' | 'performance';
  /** In words, with the numbers. */
  readonly reason: string;
}

const DAY_MS = 86_400_000;

/**
 * Whether the newest windows call for a retraining, by the blueprint's rule. Only windows of the version that
 * serves count, only those with enough rows, and none while the last training is too recent.
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
  const own = (await listReports(ports)).filter(
    ({ version, drift }) => version === newest.version && drift.verdict !== 'insufficient',
  );
  if (on.drift) {
    const { consecutive } = config.monitoring;
    if (
      isDriftEpisode(
        own.map(({ drift }) => drift.verdict),
        consecutive,
      )
    )
      return {
        trigger: 'drift',
        reason: `${consecutive.n} of the last ${consecutive.of} windows drifted: ${worst(own)}`,
      };
  }
  return on.performance === undefined ? null : performanceLost(config, newest, versions);
}

function performanceLost(
  { retraining }: ModelConfig,
  { version, performance }: WindowReport,
  versions: Awaited<ReturnType<typeof readIndex>>['versions'],
): RetrainingCall | null {
  const rule = retraining.on.performance;
  const trained = versions.find((entry) => entry.version === version)?.evaluation.primary;
  if (rule === undefined || performance === null || trained === undefined || trained.name !== rule.metric)
    return null;
  const lost = -advantage(rule.metric, performance.metrics, { [rule.metric]: trained });
  if (!(lost > rule.dropBy)) return null;
  return {
    trigger: 'performance',
    reason: `${rule.metric} is ${lost.toFixed(3)} below the holdout's, ${rule.dropBy} is allowed`,
  };
}

/** The features that alerted most, by name. */
function worst(reports: readonly WindowReport[]): string {
  const names = reports
    .slice(-1)
    .flatMap(({ drift }) => drift.features.filter(({ verdict }) => verdict === 'alert'));
  return names.map(({ name }) => name).join(', ') || 'the scores';
}
