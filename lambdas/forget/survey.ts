/** Finds everything that a model has stored of one person. */

import { featureGroups, readFeatures } from '../stores/features.ts';
import type { Finding, ForgetContext, Survey, Unread } from './finding.ts';
import { surveyQuarantine, surveyRecords } from './lines.ts';
import { surveySnapshots } from './snapshots.ts';
import { surveyTables } from './tables.ts';

/** Everything of the person. */
export interface Found extends Survey {
  readonly online: boolean;
}

/** Whether only predictions are left: a client still asks for the person, and each answer is recorded. */
export const isArriving = ({ findings, online }: Found): boolean =>
  !online && findings.every(({ prefix }) => prefix === 'predictions');

export const isEmpty = ({ findings, online }: Found): boolean => findings.length === 0 && !online;

/** Looks through every prefix that holds rows, and the online store. */
export async function surveyAll(context: ForgetContext, onStep: (doing: string) => void): Promise<Found> {
  const { ports, config, subject } = context;
  const surveys: Survey[] = [];
  const look = async (prefix: string, survey: Promise<Survey>) => {
    onStep(`reads ${prefix}/`);
    const found = await survey;
    await context.hold();
    surveys.push(found);
    return found;
  };
  const features = await look('features', surveyTables(context, 'features'));
  await look('snapshots', surveySnapshots(context, await ingestedBy(context, features.findings)));
  for (const prefix of ['batch', 'prepared', 'exports'] as const)
    await look(prefix, surveyTables(context, prefix));
  for (const prefix of ['truth', 'predictions'] as const) await look(prefix, surveyRecords(context, prefix));
  await look('quarantine', surveyQuarantine(context));
  const online = config.serving.online?.byKey === true && (await ports.online.get(subject.key)) !== undefined;
  return {
    findings: surveys.flatMap(({ findings }) => findings),
    unread: [...surveys.flatMap(({ unread }) => unread), ...(await undelivered(ports))],
    online,
  };
}

/** Records that a cloud's stream could not deliver, in a form of its own. */
async function undelivered({ objects }: ForgetContext['ports']): Promise<readonly Unread[]> {
  const found: Unread[] = [];
  for await (const object of objects.list('undelivered/'))
    found.push({ prefix: 'undelivered', object, rows: 0, why: 'records that the stream could not deliver' });
  return found;
}

/** Whether a run learnt from a part of the feature store that has rows of the person. */
async function ingestedBy(
  { ports }: ForgetContext,
  findings: readonly Finding[],
): Promise<(runId: string) => boolean> {
  const own = new Set(findings.map(({ object }) => object));
  const known = new Map<string, boolean>();
  for (const group of await featureGroups(ports)) {
    let seen = false;
    for (const { key, runId } of (await readFeatures(ports, group))?.parts ?? []) {
      seen ||= own.has(key);
      known.set(runId, seen);
    }
  }
  return (runId) => known.get(runId) ?? own.size > 0;
}
