import { expect, it } from 'vitest';
import { describeHoldout } from '../../lambdas/register/describe-rows.ts';

const split = { kind: 'time', keys: 'all', gapDays: 0, gapRows: 0, knownKeyRows: 0 } as const;

it.each([
  [{ holdoutRows: 1000 }, '1,000 held out'], // a record of before the split was kept
  [{ holdoutRows: 1000, split }, 'the newest 1,000 held out'],
  [{ holdoutRows: 1000, split: { ...split, kind: 'hash' as const } }, '1,000 of other keys held out'],
  [
    { holdoutRows: 470, split: { ...split, keys: 'new-only' as const, knownKeyRows: 7489 } },
    'the newest 470 of new keys held out; used by neither: 7,489 newer ones of keys in training',
  ],
  [
    {
      holdoutRows: 470,
      split: { ...split, keys: 'new-only' as const, knownKeyRows: 1, gapDays: 7, gapRows: 20 },
    },
    'the newest 470 of new keys held out; used by neither: 20 in the gap of 7 days before them, 1 newer ones of keys in training',
  ],
])('describes %j as: %s', (data, words) => {
  expect(describeHoldout(data, (rows) => rows.toLocaleString('en'))).toBe(words);
});
