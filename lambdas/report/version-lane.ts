import { plural } from '../core/format.ts';
import { px } from './elements.ts';
import { type Html, html, NOTHING } from './html.ts';
import { FATES } from './levels.ts';
import { isReturn, type Reign } from './serving.ts';
import type { ReleaseSummary, VersionSummary } from './summary.ts';
import { FRAME, type TimeScale } from './time-axis.ts';

/** Heights of a lane and of what lies in it, px. */
export const LANE = 34;
export const BAR = 20;
/** A version that served for an hour must be seen beside months, px. */
const LEAST_BAR = 4;
/** A wide font's width of a character, px: a label that may not fit stands beside its bar. */
const CHARACTER = 7.8;

/** A version's periods of service and its releases. */
export interface Career {
  readonly reigns: readonly Reign[];
  readonly releases: readonly ReleaseSummary[];
  readonly servesNow: boolean;
}

/** When a version served, how that ended, and how many requests it answered. */
export function versionLane(x: TimeScale, top: number, version: VersionSummary, career: Career): Html {
  const middle = top + LANE / 2;
  const { reigns, releases, servesNow } = career;
  const style = servesNow ? 'now' : releases.some(isReturn) ? 'bad' : 'past';
  const bars = reigns.map(({ from, to }) => ({
    left: px(x(from)),
    width: px(Math.max(LEAST_BAR, x(to) - x(from))),
  }));
  const shapes = bars.map(
    ({ left, width }) =>
      html`<rect class="bar ${style}" x="${left}" y="${middle - BAR / 2}" width="${width}" height="${BAR}" rx="3"/>`,
  );
  const stops = releases
    .filter((release) => isReturn(release) || release.fate === 'aborted')
    .map(({ endedAt }) => px(x(Date.parse(endedAt))))
    .map((at) => html`<path class="stop" d="M${at} ${middle - BAR / 2 - 4}v${BAR + 8}"/>`);
  const note = laneNote(version, career);
  const longest = bars.reduce((most, bar) => (bar.width > most.width ? bar : most), bars[0] ?? EMPTY);
  const label =
    longest.width >= note.length * CHARACTER + 20
      ? html`<text class="on ${style}" x="${longest.left + 10}" y="${middle + 4}">${note}</text>`
      : noteBeside(longest === EMPTY ? pointOf(x, version, career) : longest, middle + 4, note, style);
  const unused = reigns.length + releases.length === 0;
  const trained = unused
    ? html`<circle class="trained" cx="${pointOf(x, version, career).left}" cy="${middle}" r="5"/>`
    : NOTHING;
  return html`${laneName(top, `Version ${version.version}`, servesNow)}${shapes}${stops}${trained}${label}`;
}

const EMPTY = { left: 0, width: 0 } as const;

/** Returns the position of a version that never served: the end of its release, or its training, within the drawing. */
function pointOf(x: TimeScale, { trainedAt }: VersionSummary, { releases }: Career) {
  const at = x(Date.parse(releases.at(-1)?.endedAt ?? trainedAt));
  return { left: px(Math.min(FRAME.width - FRAME.right, Math.max(FRAME.left, at))), width: 0 };
}

function laneNote({ fate }: VersionSummary, { servesNow, releases }: Career): string {
  const requests = plural(
    releases.reduce((most, { served }) => Math.max(most, served), 0),
    'request',
  );
  if (servesNow) return `serves now: ${requests}`;
  if (fate === 'promoted') return requests;
  const { glyph, word } = FATES[fate];
  return releases.some(isReturn) ? `${glyph} ${word} after ${requests}` : `${glyph} ${word}`;
}

/** To the right of a bar, or to its left where the drawing ends. */
function noteBeside(
  { left, width }: { readonly left: number; readonly width: number },
  y: number,
  note: string,
  style: string,
): Html {
  const room = FRAME.width - left - width > note.length * CHARACTER + 12;
  const at = room ? left + width + 10 : left - 10;
  return html`<text class="side ${style}" x="${px(at)}" y="${y}" text-anchor="${room ? 'start' : 'end'}">${note}</text>`;
}

/** The name of a lane, at its left end. */
export function laneName(top: number, name: string, strong = false): Html {
  return html`<text class="${strong ? 'lane strong' : 'lane'}" x="0" y="${top + LANE / 2 + 4}">${name}</text>`;
}
