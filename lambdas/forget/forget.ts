/** Deletes the rows of one person from everything that a model has stored. */

import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { endRun, takeLease } from '../lease/lease.ts';
import type { Ports } from '../ports/index.ts';
import {
  beginForgotten,
  endForgotten,
  type ForgottenRecord,
  forgottenId,
  readForgotten,
} from '../stores/forgotten.ts';
import { pseudonym } from '../stores/pseudonym.ts';
import { type ForgetContext, ROW_PREFIXES } from './finding.ts';
import { type ForgetReport, learntVersions, report, rowsByPrefix, totalOf } from './report.ts';
import { type Found, isArriving, isEmpty, surveyAll } from './survey.ts';

/** Former versions of objects, in a store that keeps some: what was replaced and deleted is in them. */
export interface FormerVersions {
  /** How many there are of objects that hold rows. */
  count(): Promise<number>;
  /** Deletes these for good. @returns how many */
  purge(onDeleted: (count: number) => void): Promise<number>;
}

export interface ForgetOptions {
  readonly ports: Pick<Ports, 'objects' | 'clock' | 'online' | 'logger'>;
  readonly config: ModelConfig;
  /** Value of the key column, exactly. */
  readonly key: string;
  /** The scoring service's, which predictions and outcomes are recorded by. */
  readonly secret: string;
  /** Changes nothing. @default false */
  readonly dryRun?: boolean;
  /** @default - the store keeps none */
  readonly former?: FormerVersions;
  /** Called with the work under way, for a progress line. @default - nobody */
  readonly onStep?: (doing: string) => void;
}

/** Objects that are rewritten within a small part of the lease. */
const HOLD_EVERY = 50;
/** A second survey verifies the first; another one follows what functions wrote meanwhile. */
const MAX_PASSES = 4;

/**
 * Finds every row of a key, deletes it, and verifies by a second survey that none is left. Other rows stay byte for byte.
 * Runs under the lease of the trainings, so that none writes rows meanwhile. Stopped anywhere and repeated, it comes to
 * the same end; of two at once for one person each finds the other's work done.
 *
 * @throws RuntimeFailure `forget/unknown-key`, `forget/written-meanwhile` (retryable), `pipeline/busy` (retryable) while a
 *   training or the deletion of another person runs, and what the stores throw
 */
export async function runForget(options: ForgetOptions): Promise<ForgetReport> {
  const { ports, config, key, secret, dryRun = false, onStep = () => {} } = options;
  const id = forgottenId(key, secret);
  const context: ForgetContext = {
    ports,
    config,
    subject: { key, pseudonym: pseudonym(key, secret) },
    hold: async () => {},
  };
  if (dryRun) {
    const found = await surveyAll(context, onStep);
    const record = await readForgotten(ports, id);
    requireKnown(found, record, config);
    return report(options, id, { found, record, formerVersions: (await options.former?.count()) ?? 0 });
  }
  const owner = `forget-${id}`;
  const fence = await takeLease(ports, owner);
  const hold = async () => {
    if ((await takeLease(ports, owner)) !== fence) throw leaseLost();
  };
  try {
    return await forget(options, { ...context, hold }, id);
  } finally {
    await endRun(ports, { runId: owner, fence });
  }
}

async function forget(options: ForgetOptions, context: ForgetContext, id: string): Promise<ForgetReport> {
  const { ports, config, former, onStep = () => {} } = options;
  const first = await surveyAll(context, onStep);
  const before = await readForgotten(ports, id);
  requireKnown(first, before, config);
  if (isEmpty(first) && before !== undefined && before.endedAt !== null)
    return report(options, id, { found: first, record: before, formerVersions: 0 });
  const versions = (await learntVersions(ports, first.findings)).map(({ version }) => version);
  const startedAt = ports.clock.now();
  await beginForgotten(ports, { id, startedAt, rows: rowsByPrefix(first.findings), versions });
  let left = first;
  for (let pass = 0; !isEmpty(left) && !(pass > 1 && isArriving(left)); pass += 1) {
    if (pass === MAX_PASSES) throw writtenMeanwhile(left);
    await clear(context, left, onStep);
    left = await surveyAll(context, onStep);
  }
  onStep('deletes former versions of objects');
  const formerVersions =
    (await former?.purge((count) => onStep(`deleted ${count} former versions of objects`))) ?? 0;
  const record = await endForgotten(ports, id, ports.clock.now());
  ports.logger.info('forget.done', { id, rows: totalOf(Object.values(record.rows)) });
  const found = { ...first, unread: left.unread };
  const arriving = totalOf(left.findings.map(({ rows }) => rows));
  return {
    ...(await report(options, id, { found, record: before, ended: record, formerVersions })),
    arriving,
  };
}

/** Deletes what was found: snapshots first, because the feature store tells which runs learnt from the person. */
async function clear(
  { ports, config, subject, hold }: ForgetContext,
  found: Found,
  onStep: (doing: string) => void,
) {
  if (found.online && config.serving.online?.byKey === true) await ports.online.delete(subject.key);
  const ordered = ROW_PREFIXES.flatMap((prefix) => found.findings.filter((one) => one.prefix === prefix));
  for (const [index, { object, remove }] of ordered.entries()) {
    onStep(`deletes rows, object ${index + 1} of ${ordered.length}: ${object}`);
    if (index % HOLD_EVERY === 0) await hold();
    await remove();
  }
}

function requireKnown(
  found: Found,
  record: ForgottenRecord | undefined,
  { source, name }: ModelConfig,
): void {
  if (!isEmpty(found) || record !== undefined) return;
  // Without the key: this message may be logged.
  throw new RuntimeFailure(
    'forget/unknown-key',
    `no stored row of ${name} has this value in '${source.key}'`,
    {
      fix: `give the value of '${source.key}' exactly as the rows have it: case, spaces and leading zeros count`,
    },
  );
}

const leaseLost = (): RuntimeFailure =>
  new RuntimeFailure(
    'forget/written-meanwhile',
    'the lease of the trainings was lost while rows were deleted',
    {
      retryable: true,
      fix: 'run it again when no training and no other deletion runs',
    },
  );

const writtenMeanwhile = ({ findings }: Found): RuntimeFailure =>
  new RuntimeFailure(
    'forget/written-meanwhile',
    `${findings.length} objects with rows of the person were written while others were deleted`,
    { retryable: true, fix: 'run it again when no batch and no collection of outcomes runs' },
  );
