import { coarseRanks, singleValueBins } from '../core/drift/bins.ts';
import type { ColumnCounts } from '../core/drift/histogram.ts';
import type { ColumnProfile } from '../core/drift/profile.ts';
import { drawing, px } from './elements.ts';
import { percentText } from './format.ts';
import { type Html, html } from './html.ts';

/** Shares of one bin or category, 0 to 1. */
export interface Bar {
  readonly label: string;
  readonly reference: number;
  readonly current: number;
}

const TOP_CATEGORIES = 10;
const SIZE = { width: 640, height: 170 };
const FLOOR = 140;
const ROOM = 120;

/**
 * The bars of a column: the reference's coarse bins, or its most frequent categories, then what is left and what is
 * missing. Shares are of all rows.
 */
export function barsOf(
  profile: ColumnProfile,
  reference: ColumnCounts,
  current: ColumnCounts,
): readonly Bar[] {
  const totals = [totalOf(reference), totalOf(current)] as const;
  const bar = (label: string, was: number, is: number): Bar => ({
    label,
    reference: was / (totals[0] || 1),
    current: is / (totals[1] || 1),
  });
  const missing = bar('missing', reference.missing, current.missing);
  const groups = profile.kind === 'numeric' ? coarseBars(profile) : categoryBars(profile);
  const bars = groups.map(({ label, members }) =>
    bar(label, sumOf(reference, members), sumOf(current, members)),
  );
  const unseen =
    reference.kind === 'categorical' && current.kind === 'categorical'
      ? [bar('not in training', reference.unseen, current.unseen)]
      : [];
  return [...bars, ...unseen, missing].filter((one) => one.reference > 0 || one.current > 0);
}

interface Group {
  readonly label: string;
  /** Positions among the counts. */
  readonly members: readonly number[];
}

function coarseBars({ bins }: Extract<ColumnProfile, { kind: 'numeric' }>): readonly Group[] {
  const inner = bins.coarse.map((index) => bins.edges[index] ?? 0);
  const single = new Set(singleValueBins(bins));
  /** The coarse bin that ends at this inner edge holds one value. */
  const isOne = (i: number): boolean =>
    single.has(bins.coarse[i] ?? -1) && bins.coarse[i - 1] === (bins.coarse[i] ?? 0) - 1;
  const members: number[][] = Array.from({ length: inner.length + 1 }, () => []);
  [...coarseRanks(bins)].forEach((rank, fine) => {
    if (fine <= bins.edges.length) members[rank]?.push(fine);
  });
  return members.map((fine, i) => {
    const [low, high] = [inner[i - 1], inner[i]];
    if (isOne(i)) return { label: `= ${short(high)}`, members: fine };
    if (isOne(i + 1)) return { label: `under ${short(inner[i + 1])}`, members: fine };
    const label =
      low === undefined ? `to ${short(high)}` : high === undefined ? `over ${short(low)}` : short(high);
    return { label, members: fine };
  });
}

function categoryBars({ categories }: Extract<ColumnProfile, { kind: 'categorical' }>): readonly Group[] {
  const top = categories.slice(0, TOP_CATEGORIES).map((label, i) => ({ label, members: [i] }));
  const rest = categories.slice(TOP_CATEGORIES).map((_, i) => i + TOP_CATEGORIES);
  return rest.length === 0 ? top : [...top, { label: `${rest.length} others`, members: rest }];
}

const short = (value: number | undefined): string =>
  value === undefined ? 'all' : String(Number(value.toPrecision(4)));

const sumOf = ({ counts }: ColumnCounts, members: readonly number[]): number =>
  members.reduce((sum, member) => sum + (counts[member] ?? 0), 0);

const totalOf = (counts: ColumnCounts): number =>
  counts.counts.reduce(
    (sum, count) => sum + count,
    counts.missing + (counts.kind === 'categorical' ? counts.unseen : 0),
  );

/** Filled bars of the reference, outlined bars of the rows that are judged, beside each other. */
export function distributionChart(id: string, name: string, bars: readonly Bar[]): Html {
  const highest = bars.reduce((most, { reference, current }) => Math.max(most, reference, current), 0.01);
  const step = SIZE.width / Math.max(1, bars.length);
  // A character of this size is about seven wide.
  const room = Math.max(2, Math.floor(step / 7));
  const shape = (share: number, x: number, className: string): Html => {
    const height = px((share / highest) * ROOM);
    return html`<rect class="${className}" x="${px(x)}" y="${px(FLOOR - height)}" width="${px(step * 0.36)}" height="${height}"/>`;
  };
  const shapes = bars.map(({ label, reference, current }, i) => {
    const x = i * step;
    const cut = label.length > room ? `${label.slice(0, room - 1)}…` : label;
    return html`<g><title>${label}: ${percentText(reference)} was, ${percentText(current)} is</title>${shape(reference, x + step * 0.1, 'bar past')}${shape(current, x + step * 0.5, 'bar now')}<text class="tick" x="${px(x + step / 2)}" y="${FLOOR + 18}" text-anchor="middle">${cut}</text></g>`;
  });
  const description = bars
    .map(
      ({ label, reference, current }) =>
        `${label}: ${percentText(reference)} was, ${percentText(current)} is`,
    )
    .join('; ');
  return drawing({ id, title: `Distribution of ${name}`, description }, SIZE, shapes);
}
