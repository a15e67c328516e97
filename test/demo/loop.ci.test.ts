import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolderRun } from '../../lambdas/local/run-folder.ts';
import { openLocalTarget } from '../../lambdas/local/target.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { tempDir } from '../support/temp-dir.ts';
import { localConfig, recordingStory, rootOf, shortRun } from './short-run.ts';

const code = (name: string) => expect.objectContaining({ code: name });

describe('the demonstration', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const progress = recordingStory();
  let summary: Summary;
  beforeAll(async () => {
    summary = await shortRun(folder, { months: 19, progress });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('releases a first version where there was no model before', () => {
    expect(summary.versions[0]).toMatchObject({ version: 1, trigger: 'first', fate: 'promoted' });
    expect(summary.releases[0]?.reason).toMatch(
      /^first version, nothing to compare with; .* without harm, by the looser test, .*$/,
    );
  });

  it('finds drift in the feature that changed, and in no window before the change', () => {
    const changed = summary.drift.filter(({ from }) => from >= '2009-03-01').at(0);
    expect(changed?.drifted.map(({ feature }) => feature)).toContain('contact');
    const before = summary.drift.filter(({ to }) => to <= '2009-03-01T00:00:00.000Z');
    expect(before.length).toBeGreaterThan(2);
    for (const { verdict } of before) expect(verdict).toBe('stable');
  });

  it('retrains because of drift, and the new version beats the first on evidence', () => {
    const { retrainings, comparison } = summary;
    expect(retrainings.map(({ trigger }) => trigger)).toContain('drift');
    const last = retrainings.at(-1);
    expect(summary.versions.find(({ version }) => version === last?.version)?.fate).toBe('promoted');
    expect(comparison?.champion.version).toBe(last?.version);
    expect(comparison?.champion.low).toBeGreaterThan(comparison?.first.high as number);
  });

  it('rolls a careless version back by its responses, and counts them', () => {
    const careless = summary.releases.at(-1);
    expect(careless).toMatchObject({ fate: 'rolled-back', version: summary.versions.length });
    expect(careless?.reason).toMatch(
      /^\d+ of \d+ answers invalid or failed, limit 2 %: \d+ features\/unseen-category at features\.contact$/,
    );
    expect(careless?.reason).toContain(` of ${careless?.served} answers`);
    expect(progress.lines).toContain(`version ${careless?.version} rolled back: ${careless?.reason}`);
  });

  it('reports its steps in order', () => {
    const at = (part: string) => progress.lines.findIndex((line) => line.startsWith(part));
    const order = ['The first version', 'version 1 promoted', 'drift: ', 'Retraining: ', 'A careless change'];
    const places = order.map(at);
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('leaves its record, and a report of the same summary', () => {
    expect(readFolderRun(rootOf(folder))).toMatchObject({ state: 'done', reached: 'the end' });
    const file = (name: string) => readFileSync(join(rootOf(folder), name), 'utf8');
    expect(JSON.parse(file('summary.json'))).toEqual(summary);
    expect(file('report.html')).toContain('<!doctype html>');
  });

  it('rolls back as often as there are versions before, and no further', async () => {
    const target = openLocalTarget(rootOf(folder), await localConfig());
    const champion = (await target.status()).release.champion?.version as number;
    for (let left = champion; left > 1; left--) {
      const { reason, release } = await target.rollback('ann', `request-${left}`);
      expect(reason).toBe(`version ${left} rolled back by ann`);
      expect(release.champion?.version).toBe(left - 1);
    }
    expect((await target.status()).release.previous).toBeNull();
    await expect(target.rollback('ann', 'one more')).rejects.toEqual(code('release/nothing-before'));
    await expect(target.approve(champion, 'ann')).rejects.toEqual(code('release/rejected'));
    expect(await target.approve(1, 'ann')).toMatchObject({ changed: false });
    expect(await target.tick()).toMatchObject({ changed: false, reason: 'no release is being watched' });
  });
});

describe('a short demonstration', () => {
  it('gives the same bytes again over its own old files, other scores with another seed, and keeps foreign files', async () => {
    const folder = tempDir();
    const bytes = () => readFileSync(join(rootOf(folder), 'summary.json'), 'utf8');
    await shortRun(folder, { months: 8 });
    const first = bytes();
    writeFileSync(join(rootOf(folder), 'notes.txt'), 'mine');
    await shortRun(folder, { months: 8 });
    expect(bytes()).toBe(first);
    expect(readFileSync(join(rootOf(folder), 'notes.txt'), 'utf8')).toBe('mine');
    const other = await shortRun(folder, { months: 8, seed: 2 });
    expect(other.scoresSha256).not.toBe(JSON.parse(first).scoresSha256);
  });

  it('approves in a person’s place where the blueprint requires an approval', async () => {
    const progress = recordingStory();
    const summary = await shortRun(tempDir(), {
      months: 7,
      progress,
      scenario: 'stable',
      change: (config) => ({ ...config, training: { ...config.training, approval: 'manual' } }),
    });
    expect(progress.lines).toContain("version 1 approved by local-run, in a person's place");
    expect(summary).toMatchObject({ falseAlarms: 0, comparison: null, versions: [{ version: 1 }] });
  });

  it('stops on request, and its record shows where', async () => {
    const folder = tempDir();
    const stop = new AbortController();
    const progress = recordingStory();
    const stopping = {
      ...progress,
      note: (text: string) => {
        if (text.startsWith('no drift')) stop.abort();
      },
    };
    const run = shortRun(folder, { months: 8, progress: stopping, signal: stop.signal });
    await expect(run).rejects.toEqual(code('local/interrupted'));
    expect(readFolderRun(rootOf(folder))).toMatchObject({ state: 'interrupted', reached: 'window 1 of 2' });
  });

  it('fails with the reasons when the first version does not pass', async () => {
    const folder = tempDir();
    const impossible = shortRun(folder, {
      months: 7,
      change: (config) => ({
        ...config,
        training: {
          ...config.training,
          validation: { ...config.training.validation, thresholds: [{ metric: 'auc', min: 0.999 }] },
        },
      }),
    });
    await expect(impossible).rejects.toEqual(code('local/no-champion'));
    expect(readFolderRun(rootOf(folder))).toMatchObject({ state: 'failed' });
  });

  it('fails when every row belongs to history', async () => {
    await expect(shortRun(tempDir(), { months: 6 })).rejects.toEqual(code('local/no-requests'));
  });
});
