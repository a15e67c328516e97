/** Keys that come back: a small panel, from its rows to production. */

import { describe, expect, it } from 'vitest';
import { weeklySales } from '../support/panel-rows.ts';
import { panelConfig, trainOn } from './panels-fixture.ts';
import { playSales, storyOf, triple } from './play-sales.ts';

describe('a panel of 120 products over 52 weeks', () => {
  // Level by product, a season, and noise of a fixed sequence.
  const panel = (change = (units: number, _week: number) => units) => {
    const products = Array.from({ length: 120 }, (_, product) => {
      const units = Array.from({ length: 52 }, (_week, week) =>
        Math.round(3 + (product % 17) + 2 * Math.sin(week / 8) + ((product * 31 + week * 17) % 7)),
      );
      return [`P${product}`, ...units].join(',');
    });
    return weeklySales(['code', ...products].join('\n'), change);
  };

  it('trains by the default split, with the newest weeks held out', async () => {
    const { run: record, evaluation } = await trainOn(await panelConfig('weekly-sales'), panel());
    expect(record.data).toMatchObject({ trainRows: 41 * 120, holdoutRows: 11 * 120 });
    expect(evaluation.metrics.rmse?.value).toBeLessThan(3);
  });

  it('has a performance in every window, and retrains when the label is tripled', async () => {
    const { rmse, calls } = storyOf(await playSales(panel(triple), 26));
    expect(rmse.every((value) => value !== undefined)).toBe(true);
    expect(calls[0]?.[1]).toBe('performance');
  });
});
