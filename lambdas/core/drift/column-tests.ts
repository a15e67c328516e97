/** The tests of one column of a window: each with its effect and the floor that the effect is held against. */

import { fisherAbove, fisherEither, type Share } from '../numeric/hypergeometric.ts';
import { HEAP_SHARE, singleValueBins } from './bins.ts';
import {
  type CategoryCounts,
  type ColumnCounts,
  differentProfiles,
  type NumericCounts,
} from './histogram.ts';
import type { CategoryProfile, ColumnProfile, NumericProfile } from './profile.ts';
import { sum } from './psi-and-tests.ts';
import { largestMove, manyMoves, type Tested, type ValueCounts } from './share-tests.ts';
import { measureShift } from './shift.ts';
import { type DriftSpec, FALSE_ALARMS, WARN_PART } from './spec.ts';
import { unseenReference } from './unseen-categories.ts';

/** The reason that a verdict is worse than `ok`. */
export type DriftCause = 'distribution' | 'unseen' | 'missing';

export interface DriftTest extends Tested {
  readonly cause: DriftCause;
  /** The effect in words: `shift in sd`, `share moved by`, and others. */
  readonly measure: string;
  /** The effect that an alert is above. */
  readonly floor: number;
}

/** A column's profile with the counts of both sides, all of one kind. */
export type MatchedColumn =
  | {
      readonly kind: 'numeric';
      readonly column: NumericProfile;
      readonly reference: NumericCounts;
      readonly current: NumericCounts;
    }
  | {
      readonly kind: 'categorical';
      readonly column: CategoryProfile;
      readonly reference: CategoryCounts;
      readonly current: CategoryCounts;
    };

/** @throws RuntimeFailure `drift/different-profiles` when the counts are of another kind than the profile. */
export function matchColumn(
  column: ColumnProfile,
  reference: ColumnCounts,
  current: ColumnCounts,
): MatchedColumn {
  if (column.kind === 'numeric' && reference.kind === 'numeric' && current.kind === 'numeric')
    return { kind: column.kind, column, reference, current };
  if (column.kind === 'categorical' && reference.kind === 'categorical' && current.kind === 'categorical')
    return { kind: column.kind, column, reference, current };
  throw differentProfiles();
}

/**
 * Tests a column in every way that its kind has. A test that could not find anything in these rows, whatever their
 * order, is left out: it would make the correction of the others harsher for nothing.
 */
export function testColumn(matched: MatchedColumn, spec: DriftSpec): readonly DriftTest[] {
  const tests =
    matched.kind === 'numeric'
      ? testNumbers(matched.column, matched.reference, matched.current, spec)
      : testCategories(matched.column, matched.reference, matched.current, spec);
  return [...tests, ...testMissing(matched.reference, matched.current, spec)];
}

/** All values by their shift; values that many rows share by their shares; the others beside a decile's share again. */
function testNumbers(
  { bins }: Pick<NumericProfile, 'bins'>,
  reference: NumericCounts,
  current: NumericCounts,
  { floor }: DriftSpec,
): DriftTest[] {
  const [n, m] = [sum(reference.counts), sum(current.counts)];
  if (n === 0 || m === 0) return [];
  const single = singleValueBins(bins);
  const only = ({ counts }: NumericCounts, rows: number): ValueCounts => ({
    counts: single.map((bin) => counts[bin] as number),
    rows,
  });
  const moved = largestMove(only(reference, n), only(current, m), shareLimits(floor.share));
  const heaps = single.filter((bin) => (reference.counts[bin] as number) > HEAP_SHARE * n);
  const rest = heaps.length === 0 ? undefined : measureShift(bins, reference, current, heaps);
  return [
    ...testOf('distribution', 'shift in sd', measureShift(bins, reference, current), floor.deviations),
    ...testOf('distribution', 'share of a value moved by', moved, floor.share),
    ...testOf('distribution', 'shift in sd of the rest', rest, floor.deviations),
  ];
}

/** Categories one by one and together; and those never seen before. */
function testCategories(
  { unseenShare: expected }: Pick<CategoryProfile, 'unseenShare'>,
  reference: CategoryCounts,
  current: CategoryCounts,
  { floor, unseenShare }: DriftSpec,
): DriftTest[] {
  const was = { counts: reference.counts, rows: sum(reference.counts) + reference.unseen };
  const is = { counts: current.counts, rows: sum(current.counts) + current.unseen };
  if (was.rows === 0 || is.rows === 0) return [];
  const before = unseenReference(reference, expected);
  const after: Share = { count: current.unseen, rows: is.rows };
  const unseen =
    before.count + after.count === 0
      ? undefined
      : { effect: after.count / after.rows - expected, pValue: fisherAbove(before, after) };
  return [
    ...testOf('distribution', 'share moved by', largestMove(was, is, shareLimits(floor.share)), floor.share),
    ...testOf('distribution', 'shares moved by', manyMoves(was, is), floor.share),
    ...testOf('unseen', 'unseen share', unseen, unseenShare),
  ];
}

/** Missing values: either sample may have more. */
function testMissing(
  reference: ColumnCounts,
  current: ColumnCounts,
  { missingShare }: DriftSpec,
): DriftTest[] {
  const [was, is] = [missingOf(reference), missingOf(current)];
  const total = was.count + is.count;
  if (total === 0 || total === was.rows + is.rows) return [];
  const change = is.count / is.rows - was.count / was.rows;
  const measure = `missing share ${change > 0 ? 'rose' : 'fell'} by`;
  return testOf(
    'missing',
    measure,
    { effect: Math.abs(change), pValue: fisherEither(was, is) },
    missingShare,
  );
}

function missingOf(counts: ColumnCounts): Share {
  const unseen = counts.kind === 'numeric' ? 0 : counts.unseen;
  return { count: counts.missing, rows: sum(counts.counts) + unseen + counts.missing };
}

function testOf(cause: DriftCause, measure: string, tested: Tested | undefined, floor: number): DriftTest[] {
  if (tested === undefined) return [];
  const { effect, pValue } = tested;
  return [{ cause, measure, floor, effect, pValue }];
}

const shareLimits = (floor: number) => ({ least: floor * WARN_PART, floor, level: FALSE_ALARMS });
