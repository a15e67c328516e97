import axe from 'axe-core';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../lambdas/report/render-report.ts';
import type { Summary } from '../../lambdas/report/summary.ts';
import { documentOf, HEAT, tableRows } from './report-dom.ts';
import {
  dayAt,
  driftSummary,
  featureOf,
  releaseOf,
  stableSummary,
  versionOf,
  windowOf,
} from './summary-fixture.ts';
import { everyFate, fewRows, neverReleased, nothingYet, oneShortWindow } from './summary-states.ts';

const HOSTILE = `<img src=x onerror="alert('1')">&amp;</script>`;

const states: readonly (readonly [string, Summary])[] = [
  ['drift and rollback', driftSummary()],
  ['nothing changed', stableSummary()],
  ['nothing released', neverReleased],
  ['nothing at all', nothingYet],
  ['too few rows', fewRows],
  ['every fate', everyFate],
  ['one short window', oneShortWindow],
];

describe.each(states)('the page of a run with %s', (_, summary) => {
  it('breaks no accessibility rule', async () => {
    const dom = new JSDOM(renderReport(summary), { runScripts: 'outside-only' });
    dom.window.eval(axe.source);
    // Colours are not computed without a layout.
    const run = dom.window.eval('axe.run(document, { rules: { "color-contrast": { enabled: false } } })');
    const { violations, passes } = (await run) as axe.AxeResults;
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  });

  it('gives every table a caption and scopes, every drawing a title and a description', () => {
    const document = documentOf(summary);
    for (const table of document.querySelectorAll('table')) {
      expect(table.caption?.textContent).not.toBe('');
      expect(table.querySelectorAll('th:not([scope])')).toHaveLength(0);
    }
    for (const drawing of document.querySelectorAll('svg')) {
      expect(drawing.getAttribute('role')).toBe('img');
      const [title, description] = (drawing.getAttribute('aria-labelledby') ?? '').split(' ');
      expect(document.querySelector(`title[id="${title}"]`)?.textContent).toBeTruthy();
      expect(document.querySelector(`desc[id="${description}"]`)?.textContent).toBeTruthy();
      expect(drawing.outerHTML).not.toMatch(/NaN|Infinity|undefined/);
    }
  });

  it('loads nothing, runs nothing, forbids both, and has the same bytes again', () => {
    const page = renderReport(summary);
    const document = documentOf(summary);
    expect(
      document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content'),
    ).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(document.querySelectorAll('script, link, img, iframe, [src], [href], [style]')).toHaveLength(0);
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|@import/);
    expect(renderReport(summary)).toBe(page);
  });
});

it('stays below 250 kB as a page of 30 windows with 14 features', () => {
  expect(Buffer.byteLength(renderReport(driftSummary(30)))).toBeLessThan(250_000);
});

it('shows hostile text as text everywhere', () => {
  const summary: Summary = {
    ...driftSummary(),
    model: HOSTILE,
    scenario: HOSTILE,
    scoresSha256: HOSTILE,
    versions: [
      versionOf(1, {
        digest: HOSTILE,
        modelSha256: HOSTILE,
        trigger: HOSTILE,
        reason: HOSTILE,
        metric: HOSTILE,
      }),
    ],
    releases: [releaseOf(1, { reason: HOSTILE })],
    drift: [
      windowOf(1, {
        verdict: 'drifted',
        drifted: [featureOf(HOSTILE, 1, HOSTILE)],
        performance: { [HOSTILE]: { value: 0.5, low: null, high: null } },
      }),
    ],
    retrainings: [{ at: dayAt(3), runId: HOSTILE, trigger: HOSTILE, reason: HOSTILE, version: null }],
    comparison: {
      window: 1,
      rows: 1,
      metric: HOSTILE,
      first: { version: 1, value: 0.5, low: null, high: null },
      champion: { version: 2, value: 0.5, low: null, high: null },
    },
  };
  const document = documentOf(summary);
  expect(document.querySelectorAll('img, script')).toHaveLength(0);
  expect([...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames())).not.toContain(
    'onerror',
  );
  expect(document.title).toBe(`Local run: ${HOSTILE}, scenario ${HOSTILE}`);
  expect(tableRows(summary, HEAT)[4]?.[0]).toBe(HOSTILE);
});
