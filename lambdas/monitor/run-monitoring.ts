import type { ModelConfig } from '../core/config.ts';
import type { TimeWindow } from '../core/time/windows.ts';
import type { Ports } from '../ports/index.ts';
import type { WindowReport } from '../stores/drift-reports.ts';
import { runMonitor } from './monitor.ts';
import { decideRetraining, type RetrainingCall } from './retraining.ts';

export interface MonitoringResult {
  /** Undefined while nothing has been released. */
  readonly report: WindowReport | undefined;
  readonly call: RetrainingCall | null;
}

/**
 * The monitor's whole turn: judges a window, tells the numbers, and asks for a retraining where the blueprint's rule
 * says so. The same turn again asks under the same event id.
 *
 * @param due - As of `runMonitor`.
 */
export async function runMonitoring(
  ports: Pick<Ports, 'objects' | 'clock' | 'logger' | 'events' | 'notifier' | 'metrics'>,
  config: ModelConfig,
  window: TimeWindow,
  due: TimeWindow = window,
): Promise<MonitoringResult> {
  const report = await runMonitor(ports, config, window, due);
  if (report === undefined) return { report, call: null };
  emitDrift(ports, config, report);
  const call = await decideRetraining(ports, config, report);
  if (call !== null) {
    const { trigger, reason } = call;
    await ports.events.publish({
      id: `retraining.requested:${report.version}:${report.window.to}`,
      type: 'retraining.requested',
      model: config.name,
      at: report.window.to,
      detail: { trigger, reason, version: report.version },
    });
    ports.logger.info('retraining.requested', { trigger, reason });
  }
  return { report, call };
}

function emitDrift(
  { metrics }: Pick<Ports, 'metrics'>,
  { name, environment }: ModelConfig,
  { drift }: WindowReport,
): void {
  if (drift.verdict === 'insufficient') return;
  const alerting = drift.features.filter(({ verdict }) => verdict === 'alert').length;
  const driftedShare = drift.features.length === 0 ? 0 : alerting / drift.features.length;
  const psi = drift.score?.measure?.value;
  metrics.emit(
    { model: name, environment },
    { driftedShare: [driftedShare, 'None'], ...(psi !== undefined && { scorePsi: [psi, 'None'] }) },
  );
}
