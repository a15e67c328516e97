/** A run is what it was made of (MLflow and DVC name a run's data by the digest of its bytes; `sha256sum` is the authority). */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import { openStore } from '../../lambdas/local/open-store.ts';
import { SILENT } from '../../lambdas/local/progress.ts';
import { trainFile } from '../../lambdas/local/train-file.ts';
import { reject } from '../../lambdas/stores/models.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

const BLUEPRINT = {
  schemaVersion: 1,
  name: 'left',
  description: 'who leaves',
  owner: 'x',
  problem: { type: 'binary-classification', label: 'left', positive: true },
  source: {
    engine: 'postgres',
    steps: [
      {
        name: 'customers',
        query:
          "SELECT id, seen_at, spend, visits, left_us AS left FROM customers WHERE seen_at >= current_setting('mlops.from')::timestamptz AND seen_at < current_setting('mlops.to')::timestamptz",
      },
    ],
    key: 'id',
    eventTime: 'seen_at',
    sensitive: [],
    schedule: '0 2 * * *',
    expectedRows: 600,
  },
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'spend', description: 'euros' },
      { kind: 'numeric', name: 'seen', column: 'visits', description: 'visits' },
    ],
  },
  excluded: {},
  training: { algorithm: 'xgboost', parameters: { rounds: 5, maxDepth: 2 } },
  serving: { online: { requestsPerDay: 400 } },
  monitoring: { schedule: '0 6 * * *', windowDays: 30 },
  retraining: { on: { drift: true } },
};
type Blueprint = typeof BLUEPRINT;

const HOUR = 3_600_000;
/** The newest event is the same in all of them: what tells them apart is their content. */
function csv({ rows = 400, invert = false, first = 0, changed = -1 } = {}): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const at = new Date(Date.UTC(2025, 0, 1) + (800 - i) * HOUR).toISOString();
    const spend = i === changed ? 4.25 : (i * 37) % 100;
    const left = spend + ((i * 13) % 40) > 70;
    return `c${first + i},${at},${spend},${(i * 7) % 11},${left !== invert}\n`;
  });
  return `id,seen_at,spend,visits,left\n${lines.join('')}`;
}

describe('mlops train --data', () => {
  let folder = '';
  const path = (name: string) => join(folder, name);
  const write = (name: string, text: string | Uint8Array) => writeFileSync(path(name), text);
  const declare = (change: (blueprint: Blueprint) => object = (same) => same) =>
    write('left.json', JSON.stringify(change(structuredClone(BLUEPRINT))));
  const run = (...args: string[]) => runMain([...args, '--cwd', folder]);
  const train = (...args: string[]) => run('train', 'left.json', '--quiet', '--data', ...args);
  const objects = () => path('.mlops/local/left/store/objects');

  /** Every file below the folder with its digest. */
  const filesIn = (root: string) =>
    new Map(
      readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
    );
  const document = (key: string) => JSON.parse(readFileSync(join(objects(), key), 'utf8'));
  const versions = () => document('models/index.json').state.versions;

  /** What changes by its nature: the list of versions, the list of parts, the lease. */
  const isState = (key: string) =>
    /^(models\/index|features\/left\/v\d\/_manifest|locks\/train)\.json$/.test(key);

  beforeEach(() => {
    folder = tempDir();
    declare();
    write('a.csv', csv());
  });

  it('returns the existing version for the same file, configuration and code, and writes nothing', async () => {
    const first = await train('a.csv');
    expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^learnt from \d+ rows of a\.csv, /) });
    const before = filesIn(folder);
    const { code, out } = await train('a.csv');
    expect([code, out]).toEqual([0, expect.stringMatching(/^nothing changed since version 1: /)]);
    expect(filesIn(folder)).toEqual(before);
    const { data } = JSON.parse((await train('a.csv', '--json')).out);
    expect(data).toMatchObject({ version: 1, changed: false, rows: { file: 'a.csv', withEarlier: false } });
  });

  it('recognises a compressed file as the same file', async () => {
    await train('a.csv');
    write('a.csv.gz', gzipSync(csv()));
    expect((await train('a.csv.gz')).out).toMatch(/^nothing changed since version 1: /);
  });

  it.each<[string, (blueprint: Blueprint) => object, object]>([
    ['inverted labels', (same) => same, { invert: true }],
    ['one changed cell', (same) => same, { changed: 17 }],
    ['one row less', (same) => same, { rows: 399 }],
    [
      'changed hyperparameters',
      (it) => ({ ...it, training: { ...it.training, parameters: { rounds: 6, maxDepth: 2 } } }),
      {},
    ],
    [
      'a changed column',
      (it) => ({
        ...it,
        features: {
          version: 1,
          fields: [it.features.fields[0], { ...it.features.fields[1], column: 'spend' }],
        },
      }),
      {},
    ],
    ['another version of the features', (it) => ({ ...it, features: { ...it.features, version: 2 } }), {}],
    ['another seed', (it) => ({ ...it, training: { ...it.training, seed: 7 } }), {}],
  ])('makes another version of %s, and leaves every byte of the first as it was', async (_, change, rows) => {
    await train('a.csv');
    const before = [...filesIn(objects())].filter(([file]) => !isState(file.slice(objects().length + 1)));
    declare(change);
    write('a.csv', csv(rows));
    const { code, out } = await train('a.csv');
    expect([code, out]).toEqual([0, expect.stringContaining('\nversion 2, pending: ')]);
    const after = filesIn(objects());
    for (const [file, digest] of before) expect([file, after.get(file)]).toEqual([file, digest]);
    expect((await run('bundle', 'export', 'left.json', '1', '--out', 'one.tar')).code).toBe(0);
  });

  it('makes another version with other code', async () => {
    const loaded = await loadBlueprint(path('left.json'));
    const config = resolveConfig(loaded.blueprint, parseEnvironment('local'), 'local').model;
    const bytes = Buffer.from(csv());
    const root = path('.mlops/local/left');
    const trainWith = (codeVersion: string) =>
      trainFile({
        root,
        config,
        open: async () =>
          (async function* () {
            yield bytes;
          })(),
        identity: { trainedBy: 'x', codeVersion },
        progress: SILENT,
      });
    expect((await trainWith('1')).entry.version).toBe(1);
    expect((await trainWith('2')).entry.version).toBe(2);
    expect(await trainWith('1')).toMatchObject({ changed: false, entry: { version: 1 } });
  });

  it('shows the digest of the file, as sha256sum prints it, in registry, lineage, card and status', async () => {
    await train('a.csv');
    const [digest = ''] = execFileSync('sh', ['-c', 'sha256sum "$0"', path('a.csv')], {
      encoding: 'utf8',
    }).split(' ');
    expect(versions()[0].lineage.rows).toEqual({ kind: 'file', sha256: digest });
    const { identity } = document('models/1/lineage.json');
    expect(identity.rows).toEqual({ kind: 'file', sha256: digest });
    expect(identity.sha256).toBe(versions()[0].lineage.identity);
    expect((await run('card', 'left.json', '1')).out).toContain(digest);
    expect((await run('status', 'left.json')).out).toContain(`file ${digest.slice(0, 12)}`);
  });

  it('trains on the rows of the file alone, and on earlier ones on demand', async () => {
    await train('a.csv');
    write('b.csv', csv({ rows: 300, first: 5_000 }));
    expect((await train('b.csv')).out).toMatch(/^learnt from 240 rows of b\.csv, 60 held out/);
    const both = await train('b.csv', '--with-earlier');
    expect(both.out).toMatch(/^learnt from \d+ rows of b\.csv and those before it, \d+ held out/);
    const [, learnt, heldOut] = /from (\d+) rows .* (\d+) held out/.exec(both.out) ?? [];
    expect(Number(learnt) + Number(heldOut)).toBe(700);
    expect((await train('b.csv', '--with-earlier')).out).toMatch(/^nothing changed since version 3: /);
    expect((await train('b.csv')).out).toMatch(/^nothing changed since version 2: /);
    const { earlier } = document('models/3/lineage.json').identity.rows;
    const digest = createHash('sha256').update(`${versions()[0].lineage.rows.sha256}\n`).digest('hex');
    expect(earlier).toEqual({ parts: 1, sha256: digest });
  });

  it('trains on every earlier row where a file corrects old ones, and reports how many', async () => {
    write('a.csv', csv());
    await train('a.csv');
    const [header = '', ...lines] = csv().trimEnd().split('\n');
    const oldest = lines
      .toSorted((a, b) => ((a.split(',')[1] ?? '') < (b.split(',')[1] ?? '') ? -1 : 1))
      .slice(0, 50);
    write('late.csv', `${[header, ...oldest.map((line) => line.replace(/,[\d.]+,/, ',55,'))].join('\n')}\n`);
    const { out } = await train('late.csv', '--with-earlier');
    const [, learnt, heldOut] = /from (\d+) rows .* (\d+) held out/.exec(out) ?? [];
    expect(Number(learnt) + Number(heldOut)).toBe(400);
  });

  it("suggests commands with the blueprint as it was typed, whatever the model's name", async () => {
    write('a.csv', csv());
    expect((await train('a.csv')).out).toContain('mlops approve left.json 1 ');
    for (const command of ['score left.json --data a.csv', 'drift left.json --cur a.csv', 'card left.json'])
      expect((await run(...command.split(' '))).err).toContain('fix: mlops approve left.json 1 --by NAME');
    const nothing = await runMain(['export', path('left.json'), '--out', 'x.csv', '--cwd', tempDir()]);
    expect(nothing.err).toContain(`fix: mlops train ${path('left.json')} --data FILE`);
  });

  it('refuses a file that changes while it is read, and registers nothing', async () => {
    const loaded = await loadBlueprint(path('left.json'));
    const config = resolveConfig(loaded.blueprint, parseEnvironment('local'), 'local').model;
    const root = path('.mlops/local/left');
    let opened = 0;
    const open = async () => {
      opened += 1;
      if (opened === 2) appendFileSync(path('a.csv'), `late,2025-01-02T00:00:00Z,1,1,true\n`);
      const bytes = readFileSync(path('a.csv'));
      return (async function* () {
        yield bytes;
      })();
    };
    const identity = { trainedBy: 'x', codeVersion: '1' };
    const changing = trainFile({ root, config, open, identity, progress: SILENT });
    await expect(changing).rejects.toMatchObject({ code: 'train/file-changed' });
    expect((await run('status', 'left.json')).out).toContain('no version yet');
    // What the stopped run left is in nobody's way.
    expect((await train('a.csv')).out).toContain('version 1, pending');
  });

  it('refuses the second of two simultaneous trainings, whichever it is, and mixes nothing', async () => {
    write('b.csv', csv({ invert: true }));
    const both = await Promise.all([train('a.csv'), train('b.csv')]);
    const [done, busy] = both.toSorted((a, b) => a.code - b.code);
    expect(done).toMatchObject({ code: 0, out: expect.stringContaining('version 1, pending') });
    expect(busy).toMatchObject({ code: 1, err: expect.stringContaining('[local/busy]') });
    expect(versions()).toHaveLength(1);
    const file = both.indexOf(done as (typeof both)[number]) === 0 ? 'a.csv' : 'b.csv';
    const digest = createHash('sha256')
      .update(readFileSync(path(file)))
      .digest('hex');
    expect(versions()[0].lineage.rows.sha256).toBe(digest);
  });

  it('refuses a pipe, which cannot be read again', async () => {
    execFileSync('sh', ['-c', 'mkfifo "$0"', path('pipe')]);
    const { code, err } = await train('pipe');
    expect([code, err]).toEqual([3, expect.stringContaining('[sample/not-a-file]')]);
  });

  it('trains again where the version of these rows was rejected', async () => {
    await train('a.csv');
    const ports = openStore(path('.mlops/local/left'), 'left');
    await reject(ports, 1, { by: 'ann', at: 0, reason: 'rolled back' });
    expect((await train('a.csv')).out).toContain('version 2, pending');
    expect((await train('a.csv')).out).toMatch(/^nothing changed since version 2: /);
  });
});
