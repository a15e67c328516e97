import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadBlueprint } from '../../blueprints/index.ts';
import { resolveConfig } from '../../constructs/config/resolve.ts';
import { openLocalTarget } from '../../lambdas/local/target.ts';
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
  training: { algorithm: 'xgboost', parameters: { rounds: 5, maxDepth: 2 }, window: { kind: 'all' } },
  serving: { online: { requestsPerDay: 400 }, release: { strategy: 'all-at-once' } },
  monitoring: { schedule: '0 6 * * *', windowDays: 30 },
  retraining: { on: { drift: true } },
};

const HOUR = 3_600_000;
const rows = Array.from({ length: 400 }, (_, i) => {
  const at = new Date(Date.UTC(2025, 0, 1) + i * HOUR).toISOString();
  const spend = (i * 37) % 100;
  return `c${i},${at},${i === 12 ? '7.77' : spend},${(i * 7) % 11},${spend + ((i * 13) % 40) > 70}\n`;
});

/** Everything in a folder, uncompressed. */
function contents(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => {
      const bytes = readFileSync(path);
      return [path, (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()] as const;
    });
}

describe('mlops forget on this machine', () => {
  let folder = '';
  const run = (...args: string[]) => runMain([...args, '--cwd', folder]);
  const store = () => join(folder, '.mlops/local/left/store');
  const forget = async (...args: string[]) => {
    const { code, out, err } = await run('forget', 'left.json', '--json', ...args);
    return { code, err, ...JSON.parse(out) };
  };

  beforeEach(async () => {
    folder = tempDir();
    writeFileSync(join(folder, 'left.json'), JSON.stringify(BLUEPRINT));
    writeFileSync(join(folder, 'rows.csv'), `id,seen_at,spend,visits,left\n${rows.join('')}`);
    await run('train', 'left.json', '--quiet', '--data', join(folder, 'rows.csv'));
    await run('approve', 'left.json', '1', '--by', 'ada');
  });

  it('counts in a dry run, deletes, and succeeds again with nothing left', async () => {
    const before = contents(store());
    const dry = await forget('--key', 'c12', '--dry-run');
    expect(dry).toMatchObject({
      code: 0,
      data: { dryRun: true, place: 'this machine', versions: [{ version: 1 }] },
    });
    expect(contents(store())).toEqual(before);

    const done = await forget('--key', 'c12');
    expect(done).toMatchObject({ code: 0, ok: true, data: { found: dry.data.found, forgottenAt: null } });
    expect(done.data.found.map(({ prefix }: { prefix: string }) => prefix)).toEqual([
      'snapshots',
      'prepared',
      'exports',
      'features',
    ]);
    const left = contents(store()).filter(
      ([path, text]) => /\bc12\b|7\.77/.test(text) && !/\/(models|runs)\//.test(path),
    );
    expect(left).toEqual([]);

    const again = await forget('--key', 'c12');
    expect(again).toMatchObject({
      code: 0,
      data: { found: [], forgottenAt: expect.stringMatching(/^20\d\d-.*Z$/) },
    });
    const trained = await run(
      'train',
      'left.json',
      '--quiet',
      '--with-earlier',
      '--data',
      join(folder, 'rows.csv'),
    );
    expect(trained.code).toBe(0);
  });

  it('ends with 3 for a key that no row has, and for none', async () => {
    const unknown = await forget('--key', 'c1 2');
    expect(unknown).toMatchObject({ code: 3, ok: false, diagnostics: [{ code: 'forget/unknown-key' }] });
    expect(unknown.diagnostics[0].hint).toContain("'id'");
    expect(await forget('--key', '')).toMatchObject({ code: 3, diagnostics: [{ code: 'usage/key' }] });
  });

  it('says in words what went, what stays and why', async () => {
    const { out } = await run('forget', 'left.json', '--key', 'c12');
    expect(out).toContain('left on this machine');
    expect(out).toMatch(/features\/ +1 +1/);
    expect(out).toMatch(/version 1: its weights/);
    expect(out).toContain('the source database and files');
    expect(out).not.toContain('c12');
  });

  it('loses no prediction of a service that runs', async () => {
    const { blueprint } = await loadBlueprint(join(folder, 'left.json'));
    const { model } = resolveConfig(blueprint, parseEnvironment('local'), 'local');
    const server = await openLocalTarget(join(folder, '.mlops/local/left'), model).serve(0);
    const ask = async (n: number) => {
      const id = n % 4 === 0 ? 'c12' : `c${1_000 + n}`;
      const body = JSON.stringify({ id, features: { spend: n, seen: 1 } });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${server.url}/score`, { method: 'POST', headers, body });
      expect(response.status).toBe(200);
    };
    let n = 0;
    let asking = true;
    const client = (async () => {
      while (asking) await ask(n++);
    })();
    const reports = [];
    for (let i = 0; i < 4; i += 1) reports.push(await forget('--key', 'c12'));
    asking = false;
    await client;
    await server.close();
    expect(reports.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const last = await forget('--key', 'c12');
    const deleted = [...reports, last]
      .flatMap(({ data }) => data.found as { prefix: string; rows: number }[])
      .filter(({ prefix }) => prefix === 'predictions')
      .reduce((sum, { rows: count }) => sum + count, 0);
    const records = contents(join(store(), 'objects/predictions')).flatMap(([, text]) =>
      text.trimEnd().split('\n'),
    );
    expect(n).toBeGreaterThan(40);
    expect(deleted).toBeGreaterThan(0);
    // Records that came while a file was rewritten are deleted with it, and not counted.
    expect(records.length).toBe(n - Math.ceil(n / 4));
    expect(new Set(records.map((line) => JSON.parse(line).record)).size).toBe(records.length);
  });
});
