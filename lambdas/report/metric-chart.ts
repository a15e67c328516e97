import { type ScaleLinear, scaleLinear } from 'd3-scale';
import { plural } from '../core/format.ts';
import type { Estimate } from '../stores/runs.ts';
import { drawing, px } from './elements.ts';
import { decimal, metricName } from './format.ts';
import { type Html, html, NOTHING } from './html.ts';
import { reportedTime } from './serving.ts';
import type { Summary, WindowSummary } from './summary.ts';
import { FRAME, type TimeScale, timeAxis, timeScale } from './time-axis.ts';

/** A window whose outcomes are known. */
export interface MeasuredWindow {
  readonly window: WindowSummary;
  readonly measured: Estimate;
}

const TOP = 26;
const BOTTOM = 236;

/** The windows whose answers were compared with outcomes, by one metric. */
export function measuredWindows({ drift }: Summary, metric: string): readonly MeasuredWindow[] {
  return drift.flatMap((window) => {
    const measured = window.performance?.[metric];
    return measured === undefined ? [] : [{ window, measured }];
  });
}

/** A metric in every window that has outcomes, with its interval, broken where another version was judged. */
export function metricChart(summary: Summary, metric: string, points: readonly MeasuredWindow[]): Html {
  const time = reportedTime(summary);
  const x = timeScale(time);
  const runs = splitRuns(points);
  const holdouts = new Map(summary.versions.map(({ version, holdout }) => [version, holdout.value]));
  const y = valueScale(points, holdouts);
  const name = metricName(metric);
  return drawing(
    {
      id: 'metric',
      title: `${name} by window`,
      description: runs.map((run) => describe(name, run)).join(' '),
    },
    { width: FRAME.width, height: BOTTOM + 38 },
    [
      ...timeAxis(x, TOP, BOTTOM),
      ...valueAxis(y, name),
      ...runs.flatMap((run, index) => {
        const version = run[0]?.window.version ?? 0;
        const before = runs[index - 1]?.[0]?.window.version;
        return [versionMark(x, run, before), drawRun(x, y, run, holdouts.get(version))];
      }),
    ],
  );
}

/** Windows next to each other that judged the same version. */
function splitRuns(points: readonly MeasuredWindow[]): readonly (readonly MeasuredWindow[])[] {
  const runs: MeasuredWindow[][] = [];
  for (const point of points) {
    const last = runs.at(-1)?.at(-1)?.window;
    const joins = last?.version === point.window.version && last.window + 1 === point.window.window;
    if (joins) runs.at(-1)?.push(point);
    else runs.push([point]);
  }
  return runs;
}

function valueScale(points: readonly MeasuredWindow[], holdouts: ReadonlyMap<number, number>) {
  const shown = points.flatMap(({ window, measured: { value, low, high } }) => [
    value,
    low ?? value,
    high ?? value,
    holdouts.get(window.version) ?? value,
  ]);
  return scaleLinear([Math.min(...shown), Math.max(...shown)], [BOTTOM, TOP]).nice(5);
}

function valueAxis(y: ScaleLinear<number, number>, name: string): readonly Html[] {
  const format = y.tickFormat(5);
  const ticks = y.ticks(5).map((tick) => {
    const at = px(y(tick));
    const label = format(tick).replace('−', '-');
    return html`<path class="grid" d="M${FRAME.left} ${at}H${FRAME.width - FRAME.right}"/><text class="tick" x="${FRAME.left - 10}" y="${at + 4}" text-anchor="end">${label}</text>`;
  });
  return [html`<text class="lane" x="0" y="${TOP + 4}">${name}</text>`, ...ticks];
}

function drawRun(
  x: TimeScale,
  y: ScaleLinear<number, number>,
  run: readonly MeasuredWindow[],
  holdout: number | undefined,
): Html {
  const middle = ({ window }: MeasuredWindow) => px(x((Date.parse(window.from) + Date.parse(window.to)) / 2));
  const start = px(x(Date.parse(run[0]?.window.from ?? '')));
  const end = px(x(Date.parse(run.at(-1)?.window.to ?? '')));
  const upper = run.map((point) => `${middle(point)} ${px(y(point.measured.high ?? point.measured.value))}`);
  const lower = run.map((point) => `${middle(point)} ${px(y(point.measured.low ?? point.measured.value))}`);
  const line = run.map((point) => `${middle(point)} ${px(y(point.measured.value))}`).join('L');
  const expected =
    holdout === undefined ? '' : html`<path class="holdout" d="M${start} ${px(y(holdout))}H${end}"/>`;
  return html`<path class="band" d="M${[...upper, ...lower.reverse()].join('L')}z"/>${expected}<path class="line" d="M${line}"/>
${run.map((point) => mark(middle(point), px(y(point.measured.value)), point.window))}`;
}

/** Names the version where it is another one than before, with a line where it took over. */
function versionMark(x: TimeScale, run: readonly MeasuredWindow[], before: number | undefined): Html {
  const first = run[0]?.window;
  if (first === undefined || first.version === before) return NOTHING;
  const at = px(x(Date.parse(first.from)));
  const line =
    before === undefined ? NOTHING : html`<path class="boundary" d="M${at} ${TOP - 18}V${BOTTOM}"/>`;
  return html`${line}<text class="side strong" x="${at + 6}" y="${TOP - 8}">v${first.version}</text>`;
}

/** A triangle where the inputs had drifted, else a dot. */
function mark(cx: number, cy: number, { verdict }: WindowSummary): Html {
  return verdict === 'drifted'
    ? html`<path class="point drifted" d="M${cx} ${px(cy - 7)}l6 11h-12z"/>`
    : html`<circle class="point" cx="${cx}" cy="${cy}" r="3.5"/>`;
}

function describe(name: string, run: readonly MeasuredWindow[]): string {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined) return '';
  const values = `${name} ${decimal(first.measured.value)} in window ${first.window.window}`;
  const after = run.length === 1 ? '' : `, ${decimal(last.measured.value)} in window ${last.window.window}`;
  return `Version ${first.window.version} over ${plural(run.length, 'window')}: ${values}${after}.`;
}
