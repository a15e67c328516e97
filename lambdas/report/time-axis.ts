import { type ScaleTime, scaleUtc } from 'd3-scale';
import { px } from './elements.ts';
import { day, monthName } from './format.ts';
import { type Html, html } from './html.ts';

/** The common frame of both charts, so that the same day stands at the same place. */
export const FRAME = { width: 1080, left: 112, right: 28 } as const;

const DAY_MS = 86_400_000;

export type TimeScale = ScaleTime<number, number>;

export function timeScale({ from, to }: { readonly from: number; readonly to: number }): TimeScale {
  return scaleUtc([from, to], [FRAME.left, FRAME.width - FRAME.right]);
}

/** Vertical lines with their dates below, from `top` to `bottom`. */
export function timeAxis(x: TimeScale, top: number, bottom: number): readonly Html[] {
  const ticks = x.ticks(9);
  const hourly = ticks.some((tick) => tick.getTime() % DAY_MS !== 0);
  const daily = ticks.some((tick) => tick.getUTCDate() !== 1);
  return ticks.map((tick, index) => {
    const at = px(x(tick));
    const before = ticks[index - 1]?.toISOString();
    const digits = hourly ? 10 : 4; // of the day, or of the year
    const isNew = before?.slice(0, digits) !== tick.toISOString().slice(0, digits);
    const label = hourly
      ? tick.toISOString().slice(11, 16)
      : daily
        ? day(tick.getTime()).replace(/ \d+$/, '')
        : monthName(tick);
    const year = isNew
      ? html`<tspan x="${at}" dy="14" class="year">${hourly ? day(tick.getTime()) : tick.getUTCFullYear()}</tspan>`
      : '';
    return html`<path class="grid" d="M${at} ${top}V${bottom}"/><text class="tick" x="${at}" y="${bottom + 16}" text-anchor="middle">${label}${year}</text>`;
  });
}
