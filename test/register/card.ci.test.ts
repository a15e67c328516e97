import axe from 'axe-core';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { DEFAULT_PARAMS } from '../../lambdas/core/trees/spec.ts';
import type { Trigger } from '../../lambdas/core/trigger.ts';
import type { CardFacts } from '../../lambdas/register/card.ts';
import { modelCard } from '../../lambdas/register/card.ts';
import { cardHtml } from '../../lambdas/register/card-html.ts';
import { cardMarkdown } from '../../lambdas/report/card-markdown.ts';
import type { TrainingMetrics } from '../../lambdas/stores/runs.ts';
import { evaluationOf, runRecord, silentOwner, trainingMetrics } from './facts.ts';

const facts = (changes: Partial<CardFacts> = {}): CardFacts => ({
  version: 4,
  run: runRecord(),
  featuresVersion: 2,
  columns: ['age', 'job'],
  training: trainingMetrics,
  evaluation: evaluationOf(),
  owner: silentOwner,
  releases: 'the looser test decides the watch of 48 h',
  ...changes,
});

const using = (importance: TrainingMetrics['importance']): Partial<CardFacts> => ({
  training: { ...trainingMetrics, importance },
});

const render = (changes: Partial<CardFacts> = {}) => cardHtml(modelCard(facts(changes)));
const textOf = (html: string) => new JSDOM(html).window.document.body.textContent ?? '';

/** The texts of a table's rows, by its caption. */
function tableRows(html: string, caption: string): string[][] {
  const tables = [...new JSDOM(html).window.document.querySelectorAll('table')];
  const found = tables.find((table) => table.caption?.textContent === caption);
  return [...(found?.rows ?? [])].map((row) => [...row.cells].map((cell) => cell.textContent ?? ''));
}

const HOSTILE = `<img src=x onerror="alert('1')">&amp;</script>`;

describe('the model card', () => {
  it('states metrics with intervals beside the baseline and the champion', () => {
    expect(tableRows(render(), 'Holdout metrics with 95 % confidence intervals')).toEqual([
      ['Metric', 'This version', 'Baseline: always the base rate', 'Champion: version 3'],
      ['auc', '0.8012 [0.78, 0.82]', '0.5', '0.79 [0.77, 0.81]'],
      ['logLoss', '0.25', 'not measured', 'not measured'],
    ]);
  });

  it('states how many categories are kept, and the share of rows that have one', () => {
    const { data, ...run } = runRecord();
    const categories = [
      { column: 'job', levels: 12, kept: 12, keptShare: 1 },
      { column: 'team', levels: 1000, kept: 100, keptShare: 0.5214 },
    ];
    const changes = { run: { ...run, data: { ...data, categories } } };
    const lines = [
      ['Column', 'Levels', 'Kept', 'Share of rows with a kept one'],
      ['job', '12', '12', '100.0 %'],
      ['team', '1000', '100', '52.1 %'],
    ];
    expect(tableRows(render(changes), 'Categories of the training rows')).toEqual(lines);
    expect(tableRows(render(), 'Categories of the training rows')).toEqual([]);
    expect(cardMarkdown(modelCard(facts(changes)))).toContain('| team | 1000 | 100 | 52.1 % |');
  });

  it('states the data, the parameters and the groups', () => {
    const html = render();
    expect(tableRows(html, 'What it learnt from')).toContainEqual([
      'SHA-256 of the snapshot',
      'a'.repeat(64),
    ]);
    expect(tableRows(html, 'What it learnt from')).toContainEqual(['Training rows', '9000']);
    expect(tableRows(html, 'What it learnt from')).toContainEqual(['Holdout rows', '1000 held out']);
    const { data, ...run } = runRecord();
    const aside = (quarantined: Readonly<Record<string, number>>) =>
      tableRows(render({ run: { ...run, data: { ...data, quarantined } } }), 'What it learnt from');
    expect(aside({})).toContainEqual(['Quarantined rows', 'none']);
    expect(aside({ 'csv/ragged': 3, 'prepare/no-key': 1 })).toContainEqual([
      'Quarantined rows',
      '3 csv/ragged, 1 prepare/no-key',
    ]);
    expect(tableRows(html, 'Parameters')).toContainEqual(['monotone', 'null']);
    expect(tableRows(html, 'How it was trained')).toContainEqual(['Seed', '7']);
    expect(tableRows(html, 'Rates per group with 95 % confidence intervals')[1]).toEqual([
      'age = < 30',
      '120',
      '0.75 [0.7, 0.8]',
    ]);
    expect(tableRows(html, 'Differences between groups')[1]).toEqual(['age: parityRatio', '0.9 [0.8, 1]']);
  });

  it('shows the leader board of a search by the parameters that differ', () => {
    const { objective: _, seed: __, ...parameters } = DEFAULT_PARAMS;
    const trials = [
      { parameters: { ...parameters, eta: 0.05 }, loss: 0.25 },
      { parameters, loss: 0.5 },
    ];
    const html = cardHtml({ ...modelCard(facts()), trials });
    const caption =
      'Search: the best 2 of 2 configurations, by loss on rows not learnt from, which chose the first';
    expect(tableRows(html, caption)).toEqual([
      ['Place', 'Loss', 'eta'],
      ['1', '0.25', '0.05'],
      ['2', '0.5', '0.1'],
    ]);
  });

  it('shows each used feature with its share of all gain', () => {
    expect(tableRows(render(), 'Features by gain').slice(1)).toEqual([
      ['age', '60.0 %', '60.0 %'],
      ['job', '40.0 %', '40.0 %'],
    ]);
  });

  it('shows 30 features and the number of the others', () => {
    const html = render(using(Array.from({ length: 35 }, (_, i) => ({ feature: `f${i}`, gain: 1 / 35 }))));
    expect(tableRows(html, 'Features by gain')).toHaveLength(31);
    expect(textOf(html)).toContain('5 more in card.json');
  });

  it('reports that the owner filled in nothing', () => {
    const html = render();
    for (const item of ['Contact', 'Licence', 'Intended use', 'Out of scope']) {
      expect(tableRows(html, 'Stated by the owner')).toContainEqual([item, 'not stated by owner']);
    }
    expect(textOf(html)).toContain('Risks: not stated by owner');
  });

  it('shows the fields that the owner filled in', () => {
    const html = render({
      owner: {
        ...silentOwner,
        owner: 'Sales analytics',
        risks: [{ risk: 'old data', mitigation: 'retrain weekly' }],
        excluded: { duration: 'known only after the call' },
      },
    });
    expect(tableRows(html, 'Stated by the owner')).toContainEqual(['Owner', 'Sales analytics']);
    expect(tableRows(html, 'Risks')).toContainEqual(['old data', 'retrain weekly']);
    expect(tableRows(html, 'Columns left out on purpose')).toContainEqual([
      'duration',
      'known only after the call',
    ]);
  });

  it('gives the reason of a failed validation', () => {
    const html = render({ evaluation: evaluationOf({ passed: false, reasons: ['auc 0.80 is below 0.85'] }) });
    expect(textOf(html)).toContain('Failed validation: auc 0.80 is below 0.85. auc 0.8012');
    expect(textOf(render())).toContain('Passed validation.');
  });

  it('exists even when nearly nothing was measured', () => {
    const bare = evaluationOf({ metrics: {}, baseline: null, champion: null, slices: [] });
    const html = render({ evaluation: bare, ...using([]) });
    expect(tableRows(html, 'Holdout metrics with 95 % confidence intervals')).toEqual([
      ['Metric', 'This version'],
    ]);
    expect(textOf(html)).toContain('the same answer');
    expect(textOf(html)).toContain('No baseline was measured.');
    expect(textOf(html)).toContain('fairness is not stated');
  });

  it('shows hostile text everywhere as text', () => {
    const metrics = { [HOSTILE]: { value: 1, low: 0, high: 2 } };
    const html = render({
      run: runRecord({
        model: HOSTILE,
        trigger: HOSTILE as Trigger, // as a record that somebody else wrote
        trainedBy: HOSTILE,
        codeVersion: HOSTILE,
        parameters: { [HOSTILE]: HOSTILE },
        data: { ...runRecord().data, snapshotId: HOSTILE, window: { from: HOSTILE, to: HOSTILE } },
      }),
      ...using([{ feature: HOSTILE, gain: 1 }]),
      evaluation: evaluationOf({
        primary: HOSTILE,
        metrics,
        passed: false,
        reasons: [HOSTILE],
        baseline: { name: HOSTILE, metrics },
        slices: [{ attribute: HOSTILE, value: HOSTILE, rows: 1, metrics }],
      }),
      owner: {
        description: HOSTILE,
        owner: HOSTILE,
        contact: HOSTILE,
        licence: HOSTILE,
        intendedUse: HOSTILE,
        outOfScope: HOSTILE,
        risks: [{ risk: HOSTILE, mitigation: HOSTILE }],
        excluded: { [HOSTILE]: HOSTILE },
      },
    });
    const { document } = new JSDOM(html).window;
    expect(document.querySelectorAll('img, script')).toHaveLength(0);
    expect(
      [...document.querySelectorAll('*')].flatMap((element) => element.getAttributeNames()),
    ).not.toContain('onerror');
    expect(tableRows(html, 'Parameters')).toContainEqual([HOSTILE, HOSTILE]);
    expect(document.title).toBe(`Model card: ${HOSTILE}, version 4`);
  });

  it('loads nothing, runs nothing and forbids both', () => {
    const html = render();
    const { document } = new JSDOM(html).window;
    const policy = document
      .querySelector('meta[http-equiv="Content-Security-Policy"]')
      ?.getAttribute('content');
    expect(policy).toBe("default-src 'none'; style-src 'unsafe-inline'");
    expect(document.querySelectorAll('script, link, img, iframe, [src], [href]')).toHaveLength(0);
    expect(html).not.toMatch(/https?:|url\(|@import/);
  });

  it('breaks no accessibility rule', async () => {
    const dom = new JSDOM(render(), { runScripts: 'outside-only' });
    dom.window.eval(axe.source);
    // Colours are not computed without a layout.
    const run = dom.window.eval('axe.run(document, { rules: { "color-contrast": { enabled: false } } })');
    const { violations, passes } = (await run) as axe.AxeResults;
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
    for (const table of dom.window.document.querySelectorAll('table')) {
      expect(table.caption?.textContent).not.toBe('');
      expect(table.querySelectorAll('th:not([scope])')).toHaveLength(0);
    }
  });

  it('has the same bytes for the same facts', () => {
    expect(render()).toBe(render());
  });
});
