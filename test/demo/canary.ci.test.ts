import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { recordingStory, shortRun } from './short-run.ts';

/** The sample's few hundred requests a month are enough for large shares and long steps. */
const canary = (config: ModelConfig): ModelConfig => ({
  ...config,
  releaseStrategy: 'canary',
  serving: {
    ...config.serving,
    release: { ...config.serving.release, strategy: 'canary', share: 0.4, maxHoursPerStep: 24 * 30 },
  },
});

describe('the demonstration with canaries', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
  const progress = recordingStory();
  let summary: Summary;
  beforeAll(async () => {
    summary = await shortRun(folder, { months: 20, progress, change: canary });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('promotes the retrained version step by step', () => {
    const retrained = summary.releases.find(({ version }) => version === 2);
    expect(retrained).toMatchObject({ strategy: 'canary', fate: 'promoted' });
    const steps = progress.lines.filter((line) => line.startsWith('version 2: '));
    expect(steps.length).toBe(2);
    expect(steps[0]).toMatch(/^version 2: replay of .*; it answers 40 % of the requests$/);
    expect(steps[1]).toMatch(
      /^version 2: \d+ answers at 40 % without harm, by the looser test, which excludes 4 times as bad; it answers 50 % of the requests$/,
    );
  });

  it('aborts the careless version while the champion still serves most of the requests', () => {
    const careless = summary.releases.at(-1);
    expect(careless).toMatchObject({ strategy: 'canary', fate: 'aborted' });
    expect(careless?.reason).toMatch(
      /^\d+ of \d+ answers invalid or failed at 40 %, the champion's 0 of \d+: \d+ features\/unseen-category at features\.contact$/,
    );
  });
});
