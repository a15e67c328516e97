import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type LabelledEvents,
  type SplitRule,
  shortageOf,
  splitRows,
} from '../../../lambdas/core/evaluation/shortage.ts';

const DAY = 86_400_000;
const RULE: SplitRule = { kind: 'time', holdoutShare: 0.2, keys: 'all', gapDays: 0 };
const ALL = { kind: 'all' } as const;

/** Events of a number of keys in turn, some each day. */
const events = (rows: number, { keys = rows, aDay = 1 } = {}): LabelledEvents => ({
  times: Float64Array.from({ length: rows }, (_, i) => Math.floor(i / aDay) * DAY),
  key: (position) => position % keys,
  hash: (position) => (((position % keys) + 0.5) / keys) * 0x1_0000_0000, // evenly spread
});
const explain = (
  given: LabelledEvents,
  change: Partial<SplitRule> = {},
  { unknown = 0, least = 50, window = ALL as Parameters<typeof shortageOf>[3]['window'] } = {},
) => {
  const rule = { ...RULE, ...change };
  return shortageOf(splitRows(given, rule), given, rule, { unknown, least, window });
};

describe('the rows of a split', () => {
  it('finds no shortage with enough rows on both sides', () => {
    expect(explain(events(250))).toBeUndefined();
    expect(explain(events(250), { kind: 'hash' })).toBeUndefined();
  });

  it.each([
    [
      'a panel of known keys',
      explain(events(3000, { keys: 50, aDay: 50 }), { keys: 'new-only' }),
      '600 newer rows are left out because training has their keys',
      "set training.split.keys: 'all'",
    ],
    [
      'a gap that is longer than the history',
      explain(events(300), { gapDays: 365 }),
      '240 rows lie in the gap of 365 days before the holdout',
      'set training.split.gapDays: 191',
    ],
    [
      'known keys behind a gap',
      explain(events(300, { keys: 30 }), { gapDays: 200, keys: 'new-only' }),
      'left out because',
      "set training.split.keys: 'all' and training.split.gapDays: 191",
    ],
    [
      'one event time',
      explain(events(1000, { aDay: 1000 })),
      'all 1000 have one event time',
      "set training.split.kind: 'hash', which holds out a share of the keys",
    ],
    [
      'one key in a split by hash',
      explain(events(1000, { keys: 1 }), { kind: 'hash' }),
      'have 1 keys, and each is on one side',
      "set training.split.kind: 'time'",
    ],
    [
      'outcomes that are not known yet',
      explain(events(40), {}, { unknown: 960 }),
      'the outcome of 960 of 1000 rows in the training window is not known',
      'wait for outcomes to arrive, or correct the label column of the query',
    ],
    [
      'a short window',
      explain(events(40), {}, { window: { kind: 'days', days: 7 }, unknown: 1 }),
      '32 labelled rows to train on and 8 to hold out, at least 50 of each are needed',
      'widen training.window',
    ],
    [
      'no rows at all',
      explain(events(0)),
      '0 labelled rows to train on and 0 to hold out, at least 50 of each are needed; the training window has no rows',
      'give more rows, at least 100 whose outcome is known',
    ],
    [
      'no rows to hash',
      explain(events(0), { kind: 'hash' }),
      'the training window has no rows',
      'give more rows, at least 100 whose outcome is known',
    ],
  ])('explains %s', (_, shortage, cause, fix) => {
    expect(shortage?.message).toContain(cause);
    expect(shortage?.fix).toBe(fix);
  });

  it('has enough rows after the change that its shortage asks for, whatever the panel', () => {
    const rule = fc.record({
      kind: fc.constantFrom('time' as const, 'hash' as const),
      keys: fc.constantFrom('all' as const, 'new-only' as const),
      gapDays: fc.nat(40),
      holdoutShare: fc.double({ min: 0.05, max: 0.5, noNaN: true }),
    });
    const shape = fc.record({ keys: fc.integer({ min: 1, max: 60 }), aDay: fc.integer({ min: 1, max: 60 }) });
    let changed = 0;
    fc.assert(
      fc.property(fc.nat(120), shape, rule, (rows, how, asked) => {
        const shortage = explain(events(rows, how), asked, { least: 10 });
        const change = shortage?.fix.match(/^set (.*)/)?.[1];
        if (change === undefined) return;
        changed += 1;
        const value = (name: string) => change.match(new RegExp(`split\\.${name}: '?([\\w-]+)`))?.[1];
        const [kind, keys, gapDays] = ['kind', 'keys', 'gapDays'].map(value);
        const mended = {
          ...asked,
          ...(kind !== undefined && { kind: kind as 'time' | 'hash' }),
          ...(keys !== undefined && { keys: keys as 'all' }),
          ...(gapDays !== undefined && { gapDays: Number(gapDays) }),
        };
        expect(explain(events(rows, how), mended, { least: 10 })).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
    expect(changed).toBeGreaterThan(50);
  });
});
