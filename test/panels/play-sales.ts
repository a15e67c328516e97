/** The weekly sales of a panel, played through the whole loop. */

import type { Summary } from '../../lambdas/report/summary.ts';
import type { PanelRows } from '../support/panel-rows.ts';
import { panelConfig, playLoop } from './panels-fixture.ts';

export const WEEK = 7 * 86_400_000;
const SALES_TABLE = 'CREATE TABLE sales (product_code text, week_of timestamptz, units int)';
/** Plays the loop; the first weeks are what the first version learns from. */
export const playSales = (rows: PanelRows, weeks: number) =>
  panelConfig('weekly-sales').then((config) =>
    playLoop(config, rows, { ddl: SALES_TABLE, historyEnd: Date.UTC(2020, 0, 6) + weeks * WEEK }),
  );
/** Tripled in the last twelve weeks. */
export const triple = (units: number, week: number) => (week >= 40 ? 3 * units : units);

/** The RMSE of each window, and the retrainings with the window that each followed. */
export const storyOf = ({ drift, retrainings }: Summary) => ({
  rmse: drift.map(({ performance }) => performance?.rmse?.value),
  calls: retrainings.map(({ at, trigger }) => [drift.find(({ to }) => to === at)?.window, trigger]),
});
