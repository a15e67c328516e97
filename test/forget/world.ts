/** A model with rows of people in every place, for tests of a deletion. */

import { gunzipSync } from 'node:zlib';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { runIngest } from '../../lambdas/ingest/ingest.ts';
import type { ObjectStore } from '../../lambdas/ports/index.ts';
import { runPrepare } from '../../lambdas/prepare/prepare.ts';
import { writeBatch } from '../../lambdas/stores/batches.ts';
import { writeGzip } from '../../lambdas/stores/gzip.ts';
import { allocateVersion, completeVersion } from '../../lambdas/stores/models.ts';
import { predictionEncoder } from '../../lambdas/stores/predictions.ts';
import { pseudonym } from '../../lambdas/stores/pseudonym.ts';
import { writeTruth } from '../../lambdas/stores/truth.ts';
import { runTrain } from '../../lambdas/train/train.ts';
import {
  configOf,
  csvOf,
  END,
  HEADER,
  lineOf,
  makeRows,
  type memoryPorts,
  type SourceRow,
  START,
  writeExport,
} from '../prepare/prepare-fixture.ts';

export const KEY = 'client-7';
export const SECRET = 'secret';
/** A number that only rows of the person have: it is in each form of them, also the encoded one. */
export const MARK = '4242.5';

type Ports = ReturnType<typeof memoryPorts>;

/** With an online store, and features as they are but for it. */
export function forgetConfig(): ModelConfig {
  const config = configOf();
  return {
    ...config,
    serving: { ...config.serving, online: { requestsPerDay: 100, byKey: true } },
  };
}

/** Keys that only look like the person's. */
const ALIKE = ['client-77', 'client-7 ', ' client-7', 'CLIENT-7', 'x,client-7'];
const quotedKey = (key: string) => (key.includes(',') ? `"${key}"` : key);

function peopleRows(count: number, first: number): SourceRow[] {
  return makeRows(count, { first }).map((row, i): SourceRow => {
    if (i % 9 === 4 || row.client === KEY) return { ...row, client: KEY, account: MARK };
    return i % 9 === 5 ? { ...row, client: quotedKey(ALIKE[i % ALIKE.length] ?? '') } : row;
  });
}

const BAD: readonly string[] = [
  lineOf({ client: KEY, at: '2026-01-02T00:00:00Z', age: 'old', account: MARK }),
  lineOf({ client: KEY, at: '2026-01-02T01:00:00Z', age: '300', account: MARK }),
  lineOf({ client: 'client-77', at: '2026-01-02T02:00:00Z', age: KEY }),
  lineOf({ client: 'other', at: '2026-01-02T03:00:00Z', age: '300' }),
  `cl"ie"nt-1,2026-01-02T04:00:00Z`,
];

/** Two runs with a version each, batches, predictions, outcomes and quarantined rows. */
export async function fill(ports: Ports, config = forgetConfig(), secret = SECRET): Promise<void> {
  for (const [index, runId] of ['run-1', 'run-2'].entries()) {
    const rows = peopleRows(400, index * 400);
    const first = csvOf(rows.slice(0, 120));
    const second = `${HEADER}\r\n${[...rows.slice(120).map(lineOf), ...BAD, ''].join('\r\n')}`;
    await writeExport(ports, { runId }, first, second);
    await runPrepare(ports, config, { runId, to: END });
    await runIngest(ports, config, { runId, to: END });
    const run = await runTrain(
      ports,
      config,
      { trainedBy: 'trainer', codeVersion: '1' },
      { runId, to: END, trigger: 'demand', fence: index + 1 },
    );
    const { version } = await allocateVersion(ports, {
      runId,
      fence: index + 1,
      createdAt: index,
      evaluation: { primary: { name: 'auc', value: 0.8, low: null, high: null }, passed: true, reasons: [] },
      lineage: { trainedBy: 'trainer', codeVersion: '1', dataSha256: run.data.sha256 },
    });
    await completeVersion(ports, version, 'd'.repeat(64));
  }
  await fillAnswers(ports, secret);
}

async function fillAnswers(ports: Ports, secret: string): Promise<void> {
  const names = [KEY, ...ALIKE, 'client-1'].map((key) => [key, pseudonym(key, secret)] as const);
  const encode = predictionEncoder(new Set(['balance']));
  const line = (record: string, id: string, entity: string | undefined, balance: number) =>
    encode({
      record,
      id,
      at: START,
      ...(entity !== undefined && { entity }),
      releaseSeq: 1,
      arm: 'champion',
      version: 1,
      status: 'ok',
      latencyMs: 1,
      score: 0.5,
      features: { balance },
    });
  const lines = names.flatMap(([key, name], i) => [
    line(`r-${i}`, name, name, key === KEY ? Number(MARK) : i),
    line(`s-${i}`, `own-${i}`, name, key === KEY ? Number(MARK) : i),
    line(`t-${i}`, `client-7`, undefined, i), // a request's id, which is not a key
  ]);
  await ports.objects.write('predictions/2026-01-01/00/one.jsonl', [
    Buffer.from(`${lines.join('\n')}\n{"id":"torn`),
  ]);
  await ports.objects.write('predictions/2026-01-01/01/two.jsonl', [Buffer.from(`${lines[3]}\n`)]);
  await writeTruth(
    ports,
    'truth-1',
    START,
    names.map(([, id], i) => ({ id, at: START + i, label: i % 2 })),
  );
  for (const format of ['csv', 'jsonl'] as const) {
    const key = `batch/2026-01-0${format.length}/${format}/scores.${format}.gz`;
    const rows = names.map(([name], i) => ({ client: name, at: i, score: name === KEY ? Number(MARK) : i }));
    const csv = [
      'client,at,score',
      ...rows.map(({ client, at, score }) => `${quotedKey(client)},${at},${score}`),
    ];
    const text = format === 'csv' ? csv : rows.map((row) => JSON.stringify(row));
    const { sha256 } = await writeGzip(ports.objects, key, [Buffer.from(`${text.join('\n')}\n`)]);
    const manifest = {
      schemaVersion: 1,
      runId: format,
      key,
      version: 1,
      digest: 'd',
      rows: rows.length,
      refused: 0,
      sha256,
    } as const;
    await writeBatch(ports, key.slice(0, key.lastIndexOf('/')), manifest);
  }
}

/** The text of every object, uncompressed. */
export async function textsIn(objects: ObjectStore, prefix = ''): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for await (const key of objects.list(prefix)) {
    const bytes = (await objects.get(key))?.bytes ?? Buffer.alloc(0);
    texts.set(key, (key.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes)).toString());
  }
  return texts;
}

/** Every line of the rows that are stored, by prefix, in the order of their files. */
export async function rowLines(objects: ObjectStore): Promise<Readonly<Record<string, readonly string[]>>> {
  const lines: Record<string, string[]> = {};
  const plain = (key: string) => key.replace(/\.[0-9a-f]{8}(?=\.)/, '').replace(/\.f[0-9a-f]{16}(?=\/)/, '');
  const texts = [...(await textsIn(objects))].sort(([a], [b]) => (plain(a) < plain(b) ? -1 : 1));
  for (const [key, text] of texts) {
    const [prefix = ''] = key.split('/');
    if (!/\.(gz|jsonl)$/.test(key)) continue;
    lines[prefix] = [...(lines[prefix] ?? []), ...text.split(/(?<=\n)/)];
  }
  return lines;
}
