import { describe, expect, it } from 'vitest';
import type { Summary } from '../../lambdas/report/summary.ts';
import { documentOf, HEAT, tableRows } from './report-dom.ts';
import { driftSummary, featureOf, stableSummary, windowOf } from './summary-fixture.ts';
import { everyFate, fewRows, neverReleased, nothingYet, oneShortWindow } from './summary-states.ts';

const textOf = (summary: Summary) => documentOf(summary).body.textContent ?? '';
const headlineOf = (summary: Summary) => documentOf(summary).querySelector('h1')?.textContent;
const VERSIONS = 'Every version and its result';

describe('the text of a report', () => {
  it('names the serving version, the reason, and the versions rolled back', () => {
    const text = textOf(driftSummary());
    expect(headlineOf(driftSummary())).toBe(
      'Version 2 serves now, trained because of drift; version 3 was rolled back.',
    );
    expect(text).toContain('It took over on 29 Jun 2009: replay: 400 requests, none worse');
    expect(text).toContain('20,003 requests were served by 3 versions.');
    expect(text).toContain('2 of 20 windows drifted: 7 and 8.');
    expect(text).toContain(
      'Retrained on 29 Jun 2009 (drift): 2 of the last 3 windows drifted: contact, poutcome, housing; result: version 2.',
    );
    expect(text).toContain(
      'Version 3 was rolled back on 29 May 2010 after 214 requests: 61 of 214 answers invalid or failed, limit 2.0 %.',
    );
  });

  it('reports no action when nothing changed', () => {
    const text = textOf(stableSummary());
    expect(headlineOf(stableSummary())).toBe('Version 1 serves now, the first version.');
    expect(text).toContain('none of 12 windows raised a false alarm');
    expect(text).toContain('Nothing was retrained.');
    expect(text).toContain('Nothing was rolled back.');
    expect(text).toContain('No drift in 12 tested windows.');
    expect(text).toContain('There is one version only, so no versions are compared.');
  });

  it('counts false alarms where nothing changed', () => {
    const text = textOf({ ...stableSummary(), falseAlarms: 3 });
    expect(text).toContain('yet 3 of 12 windows raised a false alarm');
    expect(text).toContain('3 of 12');
  });

  it('explains why no version serves', () => {
    expect(headlineOf(neverReleased)).toBe('No version serves: nothing was released.');
    expect(textOf(neverReleased)).toContain('Version 1 failed validation: auc 0.61 is below 0.7.');
    expect(tableRows(neverReleased, VERSIONS)[1]?.[5]).toBe('✕ failed validation');
    expect(textOf(nothingYet)).toContain('Nothing was trained.');
    expect(textOf(nothingYet)).toContain('No requests were served.');
  });

  it('reports windows with too few rows and unknown performance', () => {
    const text = textOf(fewRows);
    expect(text).toContain('2 windows had too few rows to test.');
    expect(text).toContain('No window had enough rows to test.');
    expect(text).toContain('Performance is unknown');
    expect(tableRows(fewRows, HEAT)[2]).toEqual(['Window', '?few', '?few']);
  });
});

describe('the timeline of a report', () => {
  const notes = (summary: Summary) =>
    [...documentOf(summary).querySelectorAll('svg[aria-labelledby^="timeline"] text')].map(
      ({ textContent }) => textContent,
    );

  it('has a word for the outcome of every version', () => {
    expect(notes(everyFate)).toEqual(
      expect.arrayContaining([
        '8,009 requests',
        'serves now: 11,780 requests',
        '↩ rolled back after 214 requests',
        '✕ stopped before release',
        '✕ failed validation',
        '↩ rolled back, health not shown after 12 requests',
        '… not released yet',
      ]),
    );
  });

  it('describes its drawing in words', () => {
    const description = documentOf(driftSummary()).querySelector('#timeline-desc')?.textContent;
    expect(description).toContain('version 1 served from 1 Nov 2008 to 29 Jun 2009');
    expect(description).toContain('Drifted windows: 7 and 8 of 20.');
    expect(description).toContain('Taken back: version 3 on 29 May 2010.');
  });

  it('shows hours where a run took hours', () => {
    expect(notes(oneShortWindow)).toEqual(expect.arrayContaining(['01:00', '02:00']));
    expect(headlineOf(oneShortWindow)).toContain('because its predecessor had grown worse');
  });
});

describe('the numbers of a report', () => {
  it('shows the holdout metric, the outcome in words and the requests of every version', () => {
    const rows = tableRows(driftSummary(), VERSIONS);
    expect(rows[1]?.slice(4, 7)).toEqual(['AUC 0.785 (0.761 to 0.809)', '✓ promoted', '8,009']);
    expect(rows[2]?.slice(4, 7)).toEqual(['AUC 0.792 (0.766 to 0.818)', '● serves now', '11,780']);
    expect(rows[3]?.slice(5)).toEqual([
      '↩ rolled back',
      '214',
      '61 of 214 answers invalid or failed, limit 2.0 %',
    ]);
  });

  it('lists the worst features first, each cell with its value and a word', () => {
    const rows = tableRows(driftSummary(), HEAT);
    expect(rows[0]).toEqual(['Feature', 'Version 1', 'Version 2']);
    expect(rows.slice(4, 9).map(([name]) => name)).toEqual([
      'contact',
      'poutcome',
      'housing',
      'previous',
      'pdays',
    ]);
    expect(rows[4]?.[7]).toMatch(/^0\.9\ddrift$/);
    expect(rows[7]?.[7]).toMatch(/^0\.1\dnear$/);
    expect(rows[4]?.[1]).toMatch(/^0\.0\dok$/);
  });

  it('puts a small p-value beyond its threshold, but not a large one', () => {
    const drift = [
      windowOf(1, {
        verdict: 'drifted',
        drifted: [featureOf('job', 1e-9, 'chi-square')],
        others: [featureOf('age', 0.9, 'chi-square'), featureOf('loan', 0.002, 'chi-square')],
      }),
    ];
    const rows = tableRows({ ...stableSummary(), drift }, HEAT).slice(4);
    expect(rows).toEqual([
      ['job', '0.00drift'],
      ['loan', '0.00near'],
      ['age', '0.90ok'],
    ]);
    const details = tableRows({ ...stableSummary(), drift }, 'Window 1: features, worst first');
    expect(details).toContainEqual(['job', 'chi-square', '1e-9', '0.001', '▲ drift']);
  });

  it('calls a version better by a metric of error when it has less', () => {
    const base = driftSummary();
    const comparison = {
      window: 20,
      rows: 900,
      metric: 'rmse',
      first: { version: 1, value: 14.2, low: null, high: null },
      champion: { version: 2, value: 12.1, low: null, high: null },
    };
    expect(textOf({ ...base, comparison })).toContain(
      'RMSE 12.1 and version 1 14.2: 2.100 lower, which is better.',
    );
    expect(textOf(base)).toContain('0.125 higher, which is better; the intervals do not overlap.');
  });

  it('counts predictions of every version by status, with those that were rolled back', () => {
    expect(tableRows(driftSummary(), 'Answers by version and status, over 20 windows').slice(1)).toEqual([
      ['version 1', '8,009 (100.00 %)', '0 (0.00 %)', '0 (0.00 %)', '8,009'],
      ['version 2', '11,780 (100.00 %)', '0 (0.00 %)', '0 (0.00 %)', '11,780'],
      ['version 3', '153 (71.50 %)', '61 (28.50 %)', '0 (0.00 %)', '214'],
    ]);
  });

  it('counts refused requests by code and field', () => {
    expect(tableRows(driftSummary(), 'Refused requests: 61 of 20,003').slice(1)).toEqual([
      ['features/unseen-category', 'features.contact', '422', '61', '0.30 %'],
    ]);
  });

  it('names the seed, the data and every digest as provenance', () => {
    const rows = tableRows(driftSummary(), 'Seed, data and digests');
    expect(rows).toContainEqual(['Seed', '42']);
    expect(rows).toContainEqual(['Data', '33,000 rows, made up by the blueprint’s generator']);
    expect(rows).toContainEqual(['SHA-256 of all answers', 'd'.repeat(64)]);
    expect(tableRows(driftSummary(), 'Digests of every version')[2]).toContain('2'.repeat(64));
  });

  it('breaks the performance chart where another version was measured, and names both', () => {
    const chart = documentOf(driftSummary()).querySelector('svg[aria-labelledby^="metric"]');
    expect(chart?.querySelectorAll('.line')).toHaveLength(2);
    expect(chart?.querySelectorAll('.boundary')).toHaveLength(1);
    expect(chart?.querySelectorAll('.point.drifted')).toHaveLength(2);
    expect(chart?.querySelectorAll('.point')).toHaveLength(19);
  });
});

interface Named {
  readonly tagName: string;
  readonly namespaceURI: string | null;
}

describe('the page of a report', () => {
  // https://svgwg.org/svg2-draft/eltindex.html
  const SVG = new Set([
    'svg',
    'g',
    'path',
    'rect',
    'circle',
    'line',
    'text',
    'tspan',
    'title',
    'desc',
    'defs',
    'pattern',
    'a',
    'use',
  ]);

  it.each([
    ['drift', driftSummary()],
    ['every fate', everyFate],
    ['a stable world', stableSummary()],
    ['nothing yet', nothingYet],
  ])('has only elements of HTML and SVG, where there is %s', (_, summary) => {
    const elements = [...documentOf(summary).querySelectorAll('*')] as unknown as readonly Named[]; // without the types of the DOM
    const unknown = elements.filter((element) =>
      element.namespaceURI?.endsWith('/svg')
        ? !SVG.has(element.tagName)
        : element.constructor.name === 'HTMLUnknownElement',
    );
    expect(elements.length).toBeGreaterThan(20);
    expect([...new Set(unknown.map(({ tagName }) => tagName))]).toEqual([]);
  });
});
