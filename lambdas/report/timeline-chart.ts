import { count, plural } from '../core/format.ts';
import { drawing, px } from './elements.ts';
import { day, sentenceList } from './format.ts';
import { type Html, html, NOTHING } from './html.ts';
import { VERDICTS } from './levels.ts';
import { isReturn, type Reign, reigns, reportedTime } from './serving.ts';
import type { Summary, WindowSummary } from './summary.ts';
import { FRAME, type TimeScale, timeAxis, timeScale } from './time-axis.ts';
import { BAR, LANE, laneName, versionLane } from './version-lane.ts';

const TOP = 8;
/** px between the marks of two retrainings that leave room for a name. */
const NAME_ROOM = 56;

/** Draws the timeline: a lane per version with the time it served, then the windows, then the retrainings. */
export function timelineChart(summary: Summary): Html {
  const x = timeScale(reportedTime(summary));
  const served = reigns(summary);
  const lanes = summary.versions.length;
  const windowsTop = TOP + lanes * LANE;
  const retrainingsTop = windowsTop + LANE;
  const bottom = retrainingsTop + LANE;
  const now = served.at(-1)?.version;
  return drawing(
    { id: 'timeline', title: 'Timeline of the run', description: describe(summary, served) },
    { width: FRAME.width, height: bottom + 38 },
    [
      ...timeAxis(x, TOP, bottom),
      ...summary.versions.map((version, lane) =>
        versionLane(x, TOP + lane * LANE, version, {
          reigns: served.filter((reign) => reign.version === version.version),
          releases: summary.releases.filter((release) => release.version === version.version),
          servesNow: version.version === now,
        }),
      ),
      html`<path class="rule" d="M0 ${windowsTop + 0.5}H${FRAME.width}"/>`,
      laneName(windowsTop, 'Windows'),
      ...summary.drift.map((window) => windowMark(x, windowsTop, window)),
      laneName(retrainingsTop, 'Retrainings'),
      ...retrainingMarks(x, retrainingsTop, summary),
    ],
  );
}

function windowMark(x: TimeScale, top: number, { from, to, verdict }: WindowSummary): Html {
  const left = px(x(Date.parse(from)) + 1);
  const width = px(Math.max(2, x(Date.parse(to)) - x(Date.parse(from)) - 2));
  const middle = top + LANE / 2;
  const glyph =
    verdict === 'stable'
      ? NOTHING
      : html`<text class="glyph ${verdict}" x="${px(left + width / 2)}" y="${middle + 4}" text-anchor="middle">${VERDICTS[verdict].glyph}</text>`;
  return html`<rect class="window ${verdict}" x="${left}" y="${middle - BAR / 2}" width="${width}" height="${BAR}" rx="2"/>${glyph}`;
}

/** A mark and its version; marks too close to each other keep their names to the table. */
function retrainingMarks(x: TimeScale, top: number, { retrainings }: Summary): readonly Html[] {
  const middle = top + LANE / 2;
  return retrainings.map(({ at, version }, index) => {
    const to = px(x(Date.parse(at)));
    const next = retrainings[index + 1];
    const room = (next === undefined ? FRAME.width : x(Date.parse(next.at))) - to;
    const name = version === null ? 'none' : `v${version}`;
    const label =
      room < NAME_ROOM ? NOTHING : html`<text class="side" x="${to + 11}" y="${middle + 4}">${name}</text>`;
    return html`<path class="retrain" d="M${to} ${middle - 7}l7 7l-7 7l-7 -7z"/>${label}`;
  });
}

function describe({ drift, retrainings, releases }: Summary, served: readonly Reign[]): string {
  const who = served.map(
    ({ version, from, to }) => `version ${version} served from ${day(from)} to ${day(to)}`,
  );
  const drifted = drift.filter(({ verdict }) => verdict === 'drifted').map(({ window }) => count(window));
  const back = releases
    .filter(isReturn)
    .map(({ version, endedAt }) => `version ${version} on ${day(endedAt)}`);
  return [
    who.length === 0 ? 'No version served.' : `In order: ${sentenceList(who)}.`,
    drifted.length === 0
      ? `None of ${plural(drift.length, 'window')} drifted.`
      : `Drifted windows: ${sentenceList(drifted)} of ${count(drift.length)}.`,
    retrainings.length === 0
      ? 'Nothing was retrained.'
      : `Retrained on ${sentenceList(retrainings.map(({ at }) => day(at)))}.`,
    back.length === 0 ? 'Nothing was rolled back.' : `Taken back: ${sentenceList(back)}.`,
  ].join(' ');
}
