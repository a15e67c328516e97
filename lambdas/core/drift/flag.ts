/** A boolean is profiled as the numbers 0 and 1, and judged as the two categories that it is. */

import type { CategoryCounts, ColumnCounts } from './histogram.ts';
import type { CategoryProfile, ColumnProfile } from './profile.ts';

/** A column with its counts on both sides. */
export interface ComparedColumn {
  readonly column: ColumnProfile;
  readonly reference: ColumnCounts;
  readonly current: ColumnCounts;
}

/** The column as the categories false and true. A column without any value in the reference, or of texts, stays. */
export function asFlag(compared: ComparedColumn): ComparedColumn {
  const { column, reference, current } = compared;
  if (column.kind !== 'numeric' || column.bins.edges.length === 0) return compared;
  const { name, missingShare, bins } = column;
  const flag: CategoryProfile = {
    kind: 'categorical',
    name,
    missingShare,
    unseenShare: 0,
    categories: ['false', 'true'],
  };
  // The edges are just below 0, 0, and 1: rows that are true lie above an edge from 0 on.
  const count = ({ counts, missing }: ColumnCounts): CategoryCounts => {
    const shares = [0, 0];
    counts.forEach((rows, bin) => {
      const side = Number(bin > 0 && (bins.edges[bin - 1] as number) >= 0);
      shares[side] = (shares[side] as number) + rows;
    });
    return { kind: 'categorical', counts: shares, unseen: 0, missing };
  };
  return { column: flag, reference: count(reference), current: count(current) };
}
