import { describe, expect, it } from 'vitest';
import { judgeReplay } from '../../../lambdas/core/release/replay.ts';

const ROWS = 1_000;
const scores = (of: (row: number) => number, rows = ROWS) =>
  Float32Array.from({ length: rows }, (_, row) => of(row));
/** 0.0005, 0.0015 … 0.9995. */
const even = (row: number) => (row + 0.5) / ROWS;

const judge = (
  of: (row: number) => number,
  options: {
    changeExpected?: boolean;
    threshold?: number;
    champion?: (row: number) => number;
    rows?: number;
  } = {},
) => {
  const { changeExpected = false, threshold = 0.5, champion = even, rows = ROWS } = options;
  return judgeReplay({
    champion: scores(champion, rows),
    challenger: scores(of, rows),
    threshold,
    changeExpected,
  });
};

describe('a replay that passes', () => {
  it('passes with equal scores', () => {
    expect(judge(even)).toEqual({
      kind: 'pass',
      reason: 'replay of 1,000 requests: score PSI 0.00, 0 decisions flip',
    });
  });

  it('passes with one flipped decision, in the singular', () => {
    expect(judge((row) => (row === 499 ? 0.6 : even(row))).reason).toMatch(/1 decision flips$/);
  });

  it('passes with a few refused rows, and reports how many', () => {
    expect(judge((row) => (row < 20 ? Number.NaN : even(row)))).toMatchObject({
      kind: 'pass',
      reason: expect.stringMatching(/, 20 refused$/),
    });
  });

  it('passes with rows that only the new version scores', () => {
    const champion = (row: number) => (row < 500 ? Number.NaN : even(row));
    expect(judge(even, { champion }).reason).toMatch(/^replay of 500 requests/);
  });

  it('passes with every score changed when the change was expected', () => {
    expect(judge((row) => 1 - even(row), { changeExpected: true })).toEqual({
      kind: 'pass',
      reason:
        'replay of 1,000 requests: score PSI 0.00, rank correlation -1.00, 1,000 decisions flip (expected)',
    });
  });

  it('reports nothing about decisions where there is no threshold', () => {
    const champion = scores(even);
    expect(judgeReplay({ champion, challenger: champion, changeExpected: false }).reason).toBe(
      'replay of 1,000 requests: score PSI 0.00',
    );
  });
});

describe('a replay that fails', () => {
  it('fails when every score is the same, even where change was expected', () => {
    expect(judge(() => 0.3, { changeExpected: true })).toEqual({
      kind: 'fail',
      reason: 'replay of 1,000 requests: the new version gives every request the same score',
    });
  });

  it('fails when the ranking turns round', () => {
    expect(judge((row) => 1 - even(row))).toEqual({
      kind: 'fail',
      reason: 'replay of 1,000 requests: rank correlation -1.00 < 0.8, 1,000 decisions flip > 100',
    });
  });

  it('fails when scores move and the ranking stays', () => {
    // All rows in the top tenth of the old scores: 9 bins of 101/1010 against 1/1010, one of 101 against 1001.
    const psi = 9 * (100 / 1010) * Math.log(101) + (900 / 1010) * Math.log(1001 / 101);
    const { kind, reason } = judge((row) => 0.95 + even(row) / 100, { threshold: 0 });
    expect([kind, reason]).toEqual(['fail', `replay of 1,000 requests: score PSI ${psi.toFixed(2)} > 0.25`]);
  });

  it('fails when more than a tenth of the decisions flips', () => {
    const swapped = (row: number) => even(row < 449 || row > 550 ? row : row < 500 ? row + 51 : row - 51);
    expect(judge(swapped).reason).toBe('replay of 1,000 requests: 102 decisions flip > 100');
  });

  it.each([false, true])(
    'fails when it refuses more than 2 %, change expected or not (%s)',
    (changeExpected) => {
      expect(judge((row) => (row < 21 ? Number.NaN : even(row)), { changeExpected })).toEqual({
        kind: 'fail',
        reason: 'replay of 1,000 requests: the new version refuses 21 > 20',
      });
    },
  );

  it('fails when scores are not finite', () => {
    expect(judge(() => Number.POSITIVE_INFINITY).kind).toBe('fail');
  });

  it('fails with too few requests, and with none', () => {
    expect(judge(even, { rows: 99 }).reason).toBe('replay of 99 requests: at least 100 are needed');
    expect(judge(even, { rows: 0 }).kind).toBe('fail');
    expect(judge(even, { rows: 100 }).reason).toMatch(/^replay of 100 requests: score PSI/);
  });
});
