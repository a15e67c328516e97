import { describe, expect, it } from 'vitest';
import { diagnosticsOf } from '../../bin/diagnostics.ts';
import { exitCodeOf } from '../../bin/exit-codes.ts';
import { interruptible } from '../../bin/interrupt.ts';
import { pageOf, wrap } from '../../bin/page.ts';
import { summaryText } from '../../bin/summary-text.ts';
import { InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Summary, VersionSummary } from '../../lambdas/report/summary.ts';

describe('exitCodeOf', () => {
  it.each([
    [new InvalidInput('file', []), 3],
    [new RuntimeFailure('usage/unknown-option', ''), 3],
    [new RuntimeFailure('registry/not-found', ''), 3],
    [new RuntimeFailure('registry/failed-validation', ''), 3],
    [new RuntimeFailure('registry/same-identity', ''), 5],
    [new RuntimeFailure('registry/fenced', ''), 1],
    [new RuntimeFailure('aws/credentials', ''), 4],
    [new RuntimeFailure('objects/credentials', ''), 4],
    [new RuntimeFailure('aws/wrong-account', ''), 4],
    [new RuntimeFailure('local/interrupted', ''), 130],
    [new TypeError('bug'), 1],
  ])('gives %o the exit code %i', (error, code) => expect(exitCodeOf(error)).toBe(code));
});

describe('diagnosticsOf', () => {
  it('names the place of a problem, the value, the allowed values and the fix', () => {
    const problem: Problem = {
      code: 'usage/out',
      path: 'x.y',
      message: 'is bad',
      got: '1',
      allowed: '2',
      fix: 'do',
    };
    expect(diagnosticsOf(new InvalidInput('file', [problem]))).toEqual([
      {
        code: 'usage/out',
        severity: 'error',
        path: 'file: x.y',
        message: 'is bad, got 1 (allowed: 2)',
        hint: 'do',
      },
    ]);
    const whole: Problem = { code: 'usage/out', path: '', message: 'is bad' };
    expect(diagnosticsOf(new InvalidInput('file', [whole]))).toEqual([
      { code: 'usage/out', severity: 'error', message: 'file: is bad' },
    ]);
  });

  it.each([
    ['EACCES', 'files/forbidden'],
    ['EROFS', 'files/forbidden'],
    ['ENOSPC', 'files/full'],
    ['ENOTDIR', 'files/not-a-folder'],
    ['EIO', 'files/io'],
  ])('names what %s means', (errno, code) => {
    const error = Object.assign(new Error(errno), { code: errno, path: '/data' });
    expect(diagnosticsOf(error)).toMatchObject([{ code, hint: expect.any(String) }]);
  });

  it('accepts a thrown value that is not an error', () => {
    expect(diagnosticsOf('text')).toMatchObject([{ code: 'internal/unexpected', message: 'text' }]);
  });
});

describe('interruptible', () => {
  it('stops the work at the first signal and ends the process at the second', async () => {
    const ended: number[] = [];
    const listeners = process.listenerCount('SIGINT');
    const stopped = await interruptible(
      async (signal) => {
        process.emit('SIGINT');
        const asked = signal.aborted && ended.length === 0;
        process.emit('SIGTERM');
        return asked;
      },
      (code) => ended.push(code),
    );
    expect([stopped, ended, process.listenerCount('SIGINT')]).toEqual([true, [130], listeners]);
  });
});

describe('wrap', () => {
  it('cuts between words and keeps long words whole', () => {
    expect(wrap('aa bb cc', 5)).toEqual(['aa bb', 'cc']);
    expect(wrap('a verylongword b', 4)).toEqual(['a', 'verylongword', 'b']);
    expect(wrap('', 4)).toEqual(['']);
  });
});

const FATES = ['promoted', 'aborted', 'rolled-back', 'expired', 'failed-validation', 'pending'] as const;
const VERSIONS = FATES.map(
  (fate, index): VersionSummary => ({
    version: index + 1,
    digest: '',
    modelSha256: '',
    trigger: 'performance',
    trainedAt: '',
    trainRows: 1,
    holdoutRows: 1,
    metric: 'auc',
    holdout: { value: 0.7, low: index === 0 ? null : 0.6, high: 0.8 },
    fate,
    reason: 'replay: 10000 past requests scored by both; '.repeat(4),
  }),
);
const compared = { version: 1, value: 0.5, low: 0.4, high: 0.6 };
const SUMMARY: Summary = {
  schemaVersion: 1,
  model: 'churn',
  scenario: 'stable',
  seed: 1,
  data: { origin: 'generated', rows: 1, from: '', to: '', setAside: {} },
  requests: { sent: 12_345, refusals: [], stopped: null },
  answers: [],
  versions: VERSIONS,
  releases: [
    {
      version: 1,
      strategy: 'all-at-once',
      fate: 'promoted',
      reason: '',
      startedAt: '',
      endedAt: '',
      served: 12_345,
    },
  ],
  drift: [],
  retrainings: [],
  comparison: {
    window: 3,
    rows: 1000,
    metric: 'auc',
    first: compared,
    champion: { ...compared, version: 2 },
  },
  falseAlarms: 1,
  scoresSha256: '',
};

describe('summaryText', () => {
  const textAt = (columns: number, isTTY = true) =>
    summaryText(SUMMARY, 'out', 'mlops status', pageOf({ write: () => {}, columns, isTTY }, false));

  it.each([64, 80, 100, 120])('fits %i columns', (columns) => {
    const text = textAt(columns);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
    expect(text).toContain('1 false drift alarm in 0 windows');
    expect(text).toContain('12,345');
    expect(text.includes('0.700 [0.600, 0.800]')).toBe(columns >= 80);
  });

  it('colours outcomes of releases on a terminal', () => {
    const page = pageOf({ write: () => {}, isTTY: true, columns: 100 }, true, {});
    expect(summaryText(SUMMARY, 'out', 'mlops status', page)).toContain('\u001b[32m✔ promoted');
  });

  it('leaves out absent parts', () => {
    const empty = { ...SUMMARY, versions: [], comparison: null, falseAlarms: null };
    const text = summaryText(empty, 'out', 'mlops status', pageOf({ write: () => {} }));
    expect(text).not.toContain('window');
  });
});
