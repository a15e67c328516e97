import { expect, it } from 'vitest';
import { listReports, type WindowReport, writeReport } from '../../lambdas/stores/drift-reports.ts';
import { memoryObjects } from './crash.ts';

const START = Date.UTC(2026, 0, 5);

const report = (to: number, version = 1, rows = 0): WindowReport => ({
  schemaVersion: 1,
  model: 'm',
  version,
  window: { from: START, to },
  drift: { rows, verdict: 'insufficient', features: [], score: null, label: null, correlations: [] },
  performance: null,
  answers: { ok: 0, invalid: 0, error: 0 },
});

it('lists reports by the end of their window, from a time on', async () => {
  const objects = memoryObjects();
  const reports = [report(START + 1), report(START + 2), report(START + 10)];
  for (const one of [...reports].reverse()) await writeReport({ objects }, one);
  expect(await listReports({ objects })).toEqual(reports);
  expect(await listReports({ objects }, START + 2)).toEqual(reports.slice(1));
});

it('replaces the report of a window, and keeps that of the version before a rollback', async () => {
  const objects = memoryObjects();
  for (const one of [report(START, 2), report(START, 1), report(START, 1, 7)])
    await writeReport({ objects }, one);
  expect(await listReports({ objects })).toEqual([report(START, 1, 7), report(START, 2)]);
});

it('skips other files, and those removed since they were listed', async () => {
  const objects = memoryObjects();
  await objects.write('reports/drift/9999.html', [Buffer.from('<p>')]);
  expect(await listReports({ objects })).toEqual([]);
  await writeReport({ objects }, report(START));
  expect(await listReports({ objects: { ...objects, get: async () => undefined } })).toEqual([]);
});
