import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

const MODEL = resolve('test/bin/short-bank/blueprint.ts');

describe('commands with versions and files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const run = (...args: string[]) => runMain([...args, '--demo', '--cwd', folder]);
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).out);
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  let digest = '';
  beforeAll(async () => {
    await runMain(['demo', MODEL, '--cwd', folder]);
    await run('export', MODEL, '--out', 'rows.csv');
    digest = (await json('bundle', 'export', MODEL, '--out', 'one.tar')).data.digest;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('mlops bundle', () => {
    it('writes the same bytes each time', async () => {
      await run('bundle', 'export', MODEL, '1', '--out', 'again.tar');
      expect(readFileSync(join(folder, 'again.tar')).equals(readFileSync(join(folder, 'one.tar')))).toBe(
        true,
      );
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
    });

    it('moves a version to another environment, with the same scores to the last bit', async () => {
      const other = tempDir();
      const there = (...args: string[]) => runMain([...args, '--cwd', other]);
      const file = join(folder, 'one.tar');
      const imported = await there('bundle', 'import', MODEL, file, '--by', 'ann', '--digest', digest);
      expect(imported.out).toMatch(/^version 1 is registered, approved; /);
      expect((await there('approve', MODEL, '1', '--by', 'ben')).code).toBe(0);
      const rows = join(folder, 'rows.csv');
      const [here, elsewhere] = [
        await run('score', MODEL, '--data', 'rows.csv'),
        await there('score', MODEL, '--data', rows),
      ];
      expect(elsewhere.out).toBe(here.out);
      expect(here.out.split('\n').length).toBeGreaterThan(1_000);
      const { data } = JSON.parse((await there('card', MODEL, '1', '--json')).out);
      expect(data.training).toMatchObject({ trigger: 'import', trainedBy: 'ann' });
      const bundle = join(other, '.mlops/local/bank-marketing/store/objects/models/1/lineage.json');
      expect(JSON.parse(readFileSync(bundle, 'utf8')).importedFrom).toMatchObject({ version: 1, digest });
      // The same archive twice is one version.
      expect((await there('bundle', 'import', MODEL, file, '--by', 'ann')).out).toMatch(
        /^version 1 is registered/,
      );
      expect(
        (await there('bundle', 'import', MODEL, file, '--by', 'ann', '--digest', 'f'.repeat(64))).code,
      ).toBe(3);
    });

    it('refuses an absent file', async () => {
      const { code, err } = await runMain(['bundle', 'import', MODEL, 'nothing.tar', '--by', 'x']);
      expect([code, err]).toEqual([3, expect.stringContaining('[bundle/no-file]')]);
    });
  });

  describe('mlops export', () => {
    it('writes the rows of a window, with the columns that the model reads', async () => {
      await run('export', MODEL, '--out', 'some.csv.gz', '--from', '2008-06-01', '--to', '2008-07-01');
      const lines = gunzipSync(readFileSync(join(folder, 'some.csv.gz')))
        .toString()
        .trimEnd()
        .split('\n');
      expect(lines[0]).toMatch(/^client_id,contacted_at,subscribed,age/);
      for (const line of lines.slice(1)) expect(line).toMatch(/^\d+,2008-06-/);
    });

    it.each([
      ['--from yesterday', 'usage/time'],
      ['--database http://x/y', 'source/url'],
      ['--database postgres://u:secret@localhost/db', 'source/url'],
      ['--database postgres://u@example.com/db?tls=off', 'source/tls-required'],
      ['--database postgres://u@h/%zz', 'source/url'],
      ['--database postgres://u%@h/db', 'source/url'],
    ])('refuses %s with %s, and repeats no password', async (flags, code) => {
      const { code: exit, err } = await run('export', MODEL, '--out', 'x.csv', ...flags.split(' '));
      expect([exit, err]).toEqual([3, expect.stringContaining(`[${code}]`)]);
      expect(err).not.toContain('secret');
    });
  });

  describe('mlops score', () => {
    it('prints key, event time, score and decision, to a file on request', async () => {
      const { out, err } = await run('score', MODEL, '--data', 'rows.csv', '--out', 'scores.csv');
      expect([out, err]).toEqual([
        expect.stringMatching(/^[\d,]+ rows scored by version 1, 0 refused: /),
        '',
      ]);
      expect(text('scores.csv')).toMatch(
        /^client_id,contacted_at,score,decision\n1,2008-[\dT:.-]+Z,0\.\d+,(true|false)\n/,
      );
    });

    it.each([
      ['--data nothing.csv', 'sample/not-found'],
      ['--data .', 'sample/not-a-file'],
      ['9 --data rows.csv', 'registry/not-found'],
      ['one --data rows.csv', 'usage/version'],
    ])('refuses %s with %s', async (flags, code) => {
      const { code: exit, err } = await run('score', MODEL, ...flags.split(' '));
      expect([exit, err]).toEqual([3, expect.stringContaining(`[${code}]`)]);
    });

    it('rejects a bad row and counts it by reason and column, with its value, as training does', async () => {
      const [header = '', ...lines] = text('rows.csv').trimEnd().split('\n');
      const age = header.split(',').indexOf('age');
      const bad = lines.slice(0, 1_000);
      bad[9] = (bad[9] as string)
        .split(',')
        .map((cell, at) => (at === age ? 'NA' : cell))
        .join(',');
      bad[500] = (bad[500] as string).replace(/^[^,]*/, '');
      writeFileSync(join(folder, 'few-bad.csv'), `${[header, ...bad].join('\n')}\n`);
      const told = await run('score', MODEL, '--data', 'few-bad.csv', '--out', 'few.csv');
      expect([told.code, told.out]).toEqual([
        0,
        expect.stringMatching(
          /^998 rows scored by version 1, 0 refused, 2 quarantined: 1 csv\/not-a-number in 'age' \("NA"; first in line 11; accepted: .*\), 1 prepare\/no-key in 'client_id'/,
        ),
      ]);
      const { data } = await json('score', MODEL, '--data', 'few-bad.csv');
      expect(data).toMatchObject({
        rows: 998,
        asideRows: 2,
        aside: [
          { code: 'csv/not-a-number', column: 'age', rows: 1, examples: ['NA'], lines: [11] },
          { code: 'prepare/no-key', column: 'client_id', rows: 1 },
        ],
      });
      const drift = await json('drift', MODEL, '--cur', 'few-bad.csv', '--ref', 'few-bad.csv');
      expect(drift.data).toMatchObject({ rows: 998, asideRows: 2, referenceAsideRows: 2 });
    });

    it.each(['score --data', 'drift --cur', 'train --data'])(
      '%s answers other columns alike: exit code 3, the columns of the header, the nearest names',
      async (command) => {
        const [header = '', ...lines] = text('rows.csv').split('\n');
        const wrong = header.replace('age', 'Age').replace('client_id', 'client');
        writeFileSync(join(folder, 'wrong.csv'), [wrong, ...lines.slice(0, 100), ''].join('\n'));
        const [name = '', flag = ''] = command.split(' ');
        const { code, err } = await runMain([name, MODEL, flag, join(folder, 'wrong.csv'), '--cwd', folder]);
        expect([code, err]).toEqual([3, expect.stringContaining('[csv/missing-column]')]);
        expect(err).toMatch(/no column 'client_id', (.*, )?'age'/);
        expect(err).toMatch(/'Age' is renamed to 'age'/);
      },
    );

    it('names the bad lines of a file, and scores no row beyond the allowed share of bad ones', async () => {
      const lines = text('rows.csv').split('\n');
      writeFileSync(
        join(folder, 'bad.csv'),
        [...lines.slice(0, 3), lines[3]?.replace(/,[^,]*$/, ''), ''].join('\n'),
      );
      const { code, out, err } = await run('score', MODEL, '--data', 'bad.csv');
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/1 of 3 rows of bad\.csv are bad, at most .* 1 csv\/ragged \(first in line 4\)/);
      expect(err).toContain('[prepare/too-many-bad-rows]');
    });
  });

  describe('mlops drift', () => {
    it('lists differences from the training rows, and exits with 2 on request', async () => {
      const rows = text('rows.csv').trimEnd().split('\n');
      const changed = rows
        .slice(0, 2_000)
        .map((line, i) => (i === 0 ? line : line.replace(/unknown|cellular/, 'carrier pigeon')));
      writeFileSync(join(folder, 'changed.csv'), `${changed.join('\n')}\n`);
      const { code, out } = await run(
        'drift',
        MODEL,
        '--cur',
        'changed.csv',
        '--fail',
        '--out',
        'drift.html',
      );
      expect([code, out]).toEqual([
        2,
        expect.stringMatching(/^drifted: 1,999 rows beside the training rows of version 1\n/),
      ]);
      expect(out).toMatch(/^contact +alert: .*unseen/m);
      const page = text('drift.html');
      expect(page).toContain('not in training');
      expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
      expect((await run('drift', MODEL, '--cur', 'changed.csv')).code).toBe(0);
    });

    it('compares two files without any model', async () => {
      const { data } = await json('drift', MODEL, '--cur', 'rows.csv', '--ref', 'rows.csv');
      expect(data).toMatchObject({ reference: 'file', verdict: 'stable' });
      for (const { measure } of data.features) expect(measure.value).toBe(0);
    });
  });

  describe('mlops card', () => {
    it('prints Markdown that a model hub reads, HTML or JSON', async () => {
      const { out } = await run('card', MODEL);
      expect(out).toMatch(/^---\nlicense: "[^\n]+\n[\s\S]*\n---\n\n# bank-marketing, version 1\n/);
      expect(out).toContain('| auc | 0.');
      await run('card', MODEL, '--out', 'card.html');
      expect(text('card.html')).toMatch(/^<!doctype html>/);
      expect((await json('card', MODEL, '1', '--against', '1')).data.against).toHaveProperty('auc');
    });

    it('checks that the owner has filled in everything', async () => {
      expect((await run('card', MODEL, '--check')).code).toBe(0);
    });
  });

  it('trains on a file, beside the known rows, and registers', async () => {
    const elsewhere = tempDir();
    const { code, out, err } = await runMain([
      'train',
      MODEL,
      '--data',
      join(folder, 'rows.csv'),
      '--cwd',
      elsewhere,
    ]);
    expect([code, err, out]).toEqual([
      0,
      expect.stringContaining('export: '),
      expect.stringMatching(/^version 1, approved: holdout auc 0\.\d{3}/m),
    ]);
    expect((await runMain(['status', MODEL, '--cwd', elsewhere])).out).toMatch(/1 {2}approved/);
    writeFileSync(join(elsewhere, 'empty.csv'), 'client_id\n');
    const refused = await runMain(['train', MODEL, '--data', 'empty.csv', '--cwd', elsewhere]);
    expect([refused.code, refused.err]).toEqual([
      3,
      expect.stringMatching(/no column 'contacted_at', 'subscribed', 'age', .*\[csv\/missing-column\]/s),
    ]);
  });
});
