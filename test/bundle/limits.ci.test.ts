import { performance } from 'node:perf_hooks';
import { beforeAll, describe, expect, it } from 'vitest';
import { printError } from '../../bin/output.ts';
import { packVersion, unpackArchive } from '../../lambdas/bundle/archive.ts';
import { parseBoundedJson } from '../../lambdas/bundle/bounded-json.ts';
import { importBundle } from '../../lambdas/bundle/import-bundle.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { type Files, forgedArchive } from './forged-archive.ts';
import { portsOfFile, registeredVersion } from './registered-version.ts';

/** What no refusal may take, ms and bytes of heap; each takes a tenth of it on an idle machine. */
const LIMITS = { ms: 30_000, bytes: 600 * 1024 * 1024 };

let source: Awaited<ReturnType<typeof registeredVersion>>;
let files: Files;
beforeAll(async () => {
  source = await registeredVersion();
  const archive = await packVersion(source.ports, source.version, source.digest);
  files = (await unpackArchive(archive, 'a file')).files;
});

type Document = Record<string, unknown>;
const documentOf = (name: string) => JSON.parse(Buffer.from(files.get(name) ?? []).toString()) as Document;
const withBytes = (name: string, bytes: Uint8Array): Files => new Map([...files, [name, bytes]]);
const changed = (name: string, change: (document: Document) => Document): Files =>
  withBytes(name, encodeJson(change(documentOf(name))));

/** Imports a forged archive; it must be refused, and the store must hold what it held: nothing. */
async function refusal(change: Files): Promise<InvalidInput> {
  const ports = portsOfFile();
  const archive = await unpackArchive(await forgedArchive(change), 'a file');
  const error = await importBundle(ports, source.config, { archive, subject: 'a file', by: 'ann' }).then(
    () => new Error('accepted'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(InvalidInput);
  const left: string[] = [];
  for await (const key of ports.objects.list('')) left.push(JSON.stringify(key));
  expect(left).toEqual([]);
  expect((await readIndex(ports)).versions).toEqual([]);
  return error as InvalidInput;
}

const lineage = (change: Document) => () => changed('lineage.json', (one) => ({ ...one, ...change }));
const data = (change: Document) => () =>
  changed('lineage.json', (one) => ({ ...one, data: { ...(one.data as Document), ...change } }));
const evaluation = (change: (one: Document) => Document) => () =>
  changed('metrics.json', (one) => ({ ...one, evaluation: change(one.evaluation as Document) }));
const metric = (name: string, value: unknown) =>
  evaluation((one) => ({ ...one, metrics: { ...(one.metrics as Document), [name]: value } }));
const training = (change: Document) => () =>
  changed('metrics.json', (one) => ({ ...one, training: { ...(one.training as Document), ...change } }));

// The ranges are those of the metrics' definitions, of RFC 3339 for times, and of the seed of XGBoost (uint32).
describe('an import with an impossible value', () => {
  it.each<[string, () => Files]>([
    ['a time after the year 9999', lineage({ trainedAt: 1e300 })],
    ['a time of 1e15 ms', lineage({ trainedAt: 1e15 })],
    ['a time before 1970', lineage({ trainedAt: -1 })],
    ['a time within a millisecond', lineage({ trainedAt: 0.5 })],
    ['a window that is not a time', data({ window: { from: 'yesterday', to: 'today' } })],
    ['rows of a negative number', data({ trainRows: -1 })],
    ['rows of half a row', data({ holdoutRows: 0.5 })],
    ['a seed of 1e300', lineage({ seed: 1e300 })],
    ['another version than its manifest', lineage({ version: 7 })],
    ['a version of 1e12', lineage({ version: 1e12 })],
    ['a run named by an escape sequence', lineage({ runId: '\u001b[2J' })],
    ['a code version of 10,000 characters', lineage({ codeVersion: 'a'.repeat(10_000) })],
    ['no digest of its configuration', lineage({ configSha256: { a: 1 } })],
    ['an AUC of 1e308', metric('auc', { value: 1e308, low: null, high: null })],
    ['an AUC below 0', metric('auc', { value: -0.1, low: null, high: null })],
    ['an interval that ends before it begins', metric('auc', { value: 0.7, low: 0.8, high: 0.6 })],
    ['an interval without bounds', metric('auc', { value: 0.7, low: -1e308, high: 0.8 })],
    ['a Brier score above 1', metric('brier', { value: 2, low: null, high: null })],
    ['a log-loss that no probability gives', metric('log-loss', { value: 1e9, low: null, high: null })],
    ['a primary metric of another problem', evaluation((one) => ({ ...one, primary: 'rmse' }))],
    [
      'a gain whose bound is above it',
      evaluation((one) => ({
        ...one,
        baseline: {
          ...(one.baseline as Document),
          advantage: { auc: { value: 0.1, low: 0.2, high: 0.3 } },
        },
      })),
    ],
    ['a primary metric that was not measured', evaluation((one) => ({ ...one, metrics: {} }))],
    ['a gain above all gain', training({ importance: [{ feature: 'a', gain: 2 }] })],
    ['a leader board that is a number', training({ trials: 5 })],
    ['a leader board without parameters', training({ trials: [{ loss: 1 }] })],
  ])('refuses %s, and leaves nothing behind', async (_, change) => {
    const { problems } = await refusal(change());
    expect(problems[0]?.code).toBe('bundle/unreadable');
    expect(problems[0]?.path).toMatch(/\.json/);
  });

  it('refuses a metric of 1e999, which JSON reads as Infinity', async () => {
    const text = Buffer.from(files.get('metrics.json') ?? []).toString();
    const bytes = Buffer.from(text.replace(/"value":\s*\d[\d.e-]*/, '"value":1e999'));
    expect((await refusal(withBytes('metrics.json', bytes))).problems[0]?.code).toBe('bundle/unreadable');
  });
});

/** An expression of so many calls in one another; the innermost has this function. */
const nested = (depth: number, innermost: string): Document =>
  depth === 0
    ? {
        kind: 'call',
        type: 'number',
        function: innermost,
        args: [{ kind: 'feature', type: 'number', name: 'a' }],
      }
    : {
        kind: 'call',
        type: 'number',
        function: '+',
        args: [nested(depth - 1, innermost), { kind: 'literal', type: 'number', value: 1 }],
      };
const expression = (tree: unknown) => () =>
  changed('features.json', (one) => ({
    ...one,
    fields: [{ kind: 'expression', name: 'x', tree, reads: [] }],
  }));
const flat = (name: string, text: string) => () => withBytes(name, Buffer.from(text));

describe('a bundle that costs time or memory to refuse', () => {
  it.each<[string, () => Files]>([
    ['an unknown function 12 calls deep', expression(nested(12, 'boom'))],
    ['an unknown function 50 calls deep', expression(nested(50, 'boom'))],
    [
      'an expression 5,000 calls deep',
      flat('features.json', `{"fields":[{"tree":${'{"kind":"call","args":['.repeat(5_000)}`),
    ],
    [
      'an unknown kind 50 calls deep',
      expression(JSON.parse(JSON.stringify(nested(50, 'boom')).replaceAll('call', 'x'))),
    ],
    ['lists 200,000 deep', flat('features.json', '['.repeat(200_000))],
    ['objects 100,000 deep', flat('profile.json', '{"a":'.repeat(100_000))],
    ['two million values', flat('metrics.json', `[${'0,'.repeat(2_000_000)}0]`)],
    [
      'half a million wrong bins',
      () => changed('profile.json', (one) => ({ ...one, columns: new Array(500_000).fill('x') })),
    ],
    ['a text of 20 MB', lineage({ codeVersion: 'x'.repeat(20_000_000) })],
    ['a document of 40 MB', flat('lineage.json', `"${'x'.repeat(40_000_000)}"`)],
    ['a key of 1 MB', lineage({ parameters: { ['k'.repeat(1_000_000)]: 1 } })],
  ])('refuses %s in bounded time and memory, even with --verbose', async (_, change) => {
    const bomb = change();
    const [started, before] = [performance.now(), process.memoryUsage().heapUsed];
    const error = await refusal(bomb);
    let printed = '';
    const stream = { write: (text: string) => (printed += text) };
    const manner = { json: false, verbose: true, color: false };
    expect(printError({ stdout: stream, stderr: stream }, 'bundle import', error, manner)).toBe(3);
    expect(printed.length).toBeLessThan(20_000);
    expect(performance.now() - started).toBeLessThan(LIMITS.ms);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(LIMITS.bytes);
  });

  it("reads an expression of the parser's greatest depth in milliseconds", () => {
    const bytes = Buffer.from(JSON.stringify({ fields: [{ tree: nested(50, '-_') }] }));
    const started = performance.now();
    expect(parseBoundedJson(bytes)).toHaveProperty('fields');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('leaves brackets, commas and quotes inside a text out of the count', () => {
    const text = `${'[{,'.repeat(2_000)}"\\`;
    expect(parseBoundedJson(Buffer.from(JSON.stringify({ text })))).toEqual({ text });
  });
});
