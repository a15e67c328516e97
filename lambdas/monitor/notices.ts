/** Notifications of the monitor about a window, to people and to other functions. */

import { alertsOf } from '../core/drift/evaluate.ts';
import { refusedText } from '../core/refused.ts';
import { percent } from '../core/release/canary-steps.ts';
import type { Ports } from '../ports/index.ts';
import type { WindowReport } from '../stores/drift-reports.ts';

/** Publishes `drift.detected` and names what drifted. */
export async function tellDrift(
  { events, notifier }: Pick<Ports, 'events' | 'notifier'>,
  { model, version, window, drift }: WindowReport,
): Promise<void> {
  const alerts = drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name);
  const features = alerts.join(', ') || 'the scores';
  await events.publish({
    id: `drift.detected:${version}:${window.to}`,
    type: 'drift.detected',
    model,
    at: window.to,
    detail: { version, features, from: window.from, to: window.to },
  });
  await notifier.notify({
    severity: 'warning',
    subject: `${model} version ${version}: drift`,
    body: `drifted between ${isoOf(window.from)} and ${isoOf(window.to)}: ${alertsOf(drift).join(', ') || features}`,
  });
}

/** By code and field; no value of a row is in it. */
export async function tellRefused(
  { notifier }: Pick<Ports, 'notifier'>,
  { model, version, window, answers, refused = [] }: WindowReport,
  maxShare: number,
): Promise<void> {
  const { ok, invalid, error } = answers;
  await notifier.notify({
    severity: 'warning',
    subject: `${model} version ${version}: rows are refused`,
    body: `between ${isoOf(window.from)} and ${isoOf(window.to)}: ${invalid} of ${ok + invalid + error} rows refused, limit ${percent(maxShare)}: ${refusedText(refused)}`,
  });
}

/** In words of groups and rates; no value of a person is in it. */
export async function tellUnfair(
  { notifier }: Pick<Ports, 'notifier'>,
  { model, version, window }: WindowReport,
  broken: readonly string[],
): Promise<void> {
  await notifier.notify({
    severity: 'warning',
    subject: `${model} version ${version}: groups are treated further apart than allowed`,
    body: `between ${isoOf(window.from)} and ${isoOf(window.to)}: ${broken.join('; ')}`,
  });
}

const isoOf = (at: number): string => new Date(at).toISOString();
