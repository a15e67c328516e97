/** Keys that come back, in real data: shows of what is held out, how well it is predicted, and what follows from a change. */

import { expect, it } from 'vitest';
import { hotelBookings, weeklySales } from '../support/panel-rows.ts';
import { dataFile, describeWith, itWith, pythonIn, run } from '../support/tools.ts';
import { panelConfig, trainOn } from './panels-fixture.ts';
import { playSales, storyOf, triple, WEEK } from './play-sales.ts';

const sales = dataFile('sales-transactions-weekly.csv.gz');
const hotel = dataFile('hotel-bookings-sample3.csv.gz');
const xgboost = pythonIn('xgboost-3.2.0', ['xgboost', 'pandas']);

describeWith(sales, 'UCI Sales Transactions Weekly, 811 products over 52 weeks', () => {
  it('trains by the default split', async () => {
    const { run: record } = await trainOn(await panelConfig('weekly-sales'), weeklySales(sales.text()));
    const { trainRows, holdoutRows } = record.data;
    expect(trainRows + holdoutRows).toBe(811 * 52);
    expect(holdoutRows).toBeGreaterThanOrEqual(8_000);
  });

  itWith(
    xgboost,
    'has the RMSE of XGBoost on the same features, rows and hyperparameters, within 1 %',
    async () => {
      const config = await panelConfig('weekly-sales');
      const { evaluation, part } = await trainOn(config, weeklySales(sales.text()));
      const { rounds, maxDepth, eta, lambda, minChildWeight, maxBins } = config.training.parameters;
      const parameters = {
        max_depth: maxDepth,
        eta,
        lambda,
        min_child_weight: minChildWeight,
        max_bin: maxBins,
      };
      const input = { train: await part('train'), holdout: await part('holdout'), parameters, rounds };
      const other = Number(run(xgboost, ['-c', XGBOOST_RMSE], JSON.stringify(input)));
      const own = evaluation.metrics.rmse?.value ?? Number.NaN;
      expect(Math.abs(own / other - 1)).toBeLessThan(0.01);
    },
  );

  it('has a performance in every window, and retrains only after a loss beyond the limit', async () => {
    const summary = await playSales(weeklySales(sales.text()), 26);
    const { rmse } = storyOf(summary);
    expect(rmse.every((value) => value !== undefined)).toBe(true);
    for (const { reason } of summary.retrainings)
      expect(Number(/rmse is ([\d.]+) worse/.exec(reason)?.[1])).toBeGreaterThan(2);
  });

  it('retrains for performance within three windows after a label is tripled', async () => {
    const summary = await playSales(weeklySales(sales.text(), triple), 26);
    const { rmse, calls } = storyOf(summary);
    expect(rmse.every((value) => value !== undefined)).toBe(true);
    const changed =
      summary.drift.find(({ to }) => Date.parse(to) > Date.UTC(2020, 0, 6) + 40 * WEEK)?.window ?? 0;
    const call = calls.find(([window]) => Number(window) >= changed);
    expect(call?.[1]).toBe('performance');
    expect(Number(call?.[0])).toBeLessThan(changed + 3);
  });
});

const XGBOOST_RMSE = `
import io, json, sys
import numpy as np, pandas as pd, xgboost as xgb
given = json.load(sys.stdin)
def matrix(text):
    rows = pd.read_csv(io.StringIO(text), header=None).to_numpy(dtype=np.float64)
    return xgb.DMatrix(rows[:, 1:], rows[:, 0])
train, holdout = matrix(given["train"]), matrix(given["holdout"])
model = xgb.train({"objective": "reg:squarederror", "tree_method": "hist", **given["parameters"]}, train, given["rounds"])
print(float(np.sqrt(np.mean((model.predict(holdout) - holdout.get_label()) ** 2))))
`;

describeWith(hotel, 'hotel bookings by country, agent and company', () => {
  it('holds out the newest fifth, whoever booked: 31.5 % of it was cancelled', async () => {
    const { run: record, part } = await trainOn(
      await panelConfig('hotel-no-show'),
      hotelBookings(hotel.text()),
    );
    const { holdoutRows, split } = record.data;
    expect(split).toMatchObject({ kind: 'time', keys: 'all', gapRows: 0, knownKeyRows: 0 });
    // 7,960 rows are a fifth; all bookings of the first day held out come with them.
    expect(holdoutRows).toBeGreaterThanOrEqual(7_959);
    expect(holdoutRows).toBeLessThan(8_060);
    const labels = (await part('holdout'))
      .trimEnd()
      .split('\n')
      .map((line) => Number(line.split(',')[0]));
    const share = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    expect(Math.abs(share - 0.315)).toBeLessThan(0.005);
  });

  it('holds out few rows of new bookers only, and counts the others', async () => {
    const config = await panelConfig('hotel-no-show', (blueprint) => ({
      ...blueprint,
      training: { ...blueprint.training, split: { ...blueprint.training.split, keys: 'new-only' } },
    }));
    const { run: record } = await trainOn(config, hotelBookings(hotel.text()));
    const { holdoutRows, split } = record.data;
    expect(holdoutRows).toBeLessThan(600);
    expect((split?.knownKeyRows ?? 0) + holdoutRows).toBeGreaterThanOrEqual(7_959);
  });
});
