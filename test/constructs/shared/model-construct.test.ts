import { Bucket } from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import * as constructs from '../../../constructs/aws/index.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { InvalidInput, type Problem } from '../../../lambdas/core/errors.ts';
import { allBindings, exampleConfig, foreignStack } from '../aws/example.ts';

type Loose = new (scope: unknown, id: string, props: unknown) => unknown;
/** Every class of the library that is made with props. */
const CLASSES = Object.entries(constructs).filter(
  ([name, value]) => typeof value === 'function' && /^[A-Z]/.test(name),
) as [string, Loose][]; // a caller without types
/** Props besides `config` that each of them needs. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  BatchScoring: ['bindings'],
  CsvExport: ['bindings'],
  Dashboard: ['pipeline', 'monitor'],
  DriftMonitor: ['bindings'],
  FeatureStore: ['store'],
  PredictionLog: ['store'],
  ReleaseController: ['bindings'],
  RollbackAlarms: ['scoring'],
  ScoringApi: ['bindings'],
  ServerlessFunction: ['bindings'],
  TrainingPipeline: ['bindings', 'export'],
};

function problemsOf(Class: Loose, props: unknown): readonly Problem[] {
  try {
    new Class(foreignStack(), 'Mine', props);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    expect(error.subject).toBe(`${Class.name} 'Foreign/Mine'`);
    return error.problems;
  }
  return [];
}

const codes = (problems: readonly Problem[]) => problems.map(({ code, path }) => `${code} ${path}`);

describe.each(CLASSES)('%s', (name, Class) => {
  it('names the configuration when it is missing, or something else', () => {
    for (const props of [
      undefined,
      null,
      {},
      { config: undefined },
      { config: {} },
      { config: { name: 'churn' } },
    ])
      expect(codes(problemsOf(Class, props))).toEqual(['construct/wrong-prop config']);
  });

  it('names every prop that is missing, or is no construct of this package', async () => {
    const config = await exampleConfig();
    const needs = NEEDS[name] ?? [];
    const bucket = new Bucket(foreignStack(), 'Plain');
    if (needs.length > 0)
      expect(codes(problemsOf(Class, { config }))).toEqual(needs.map((one) => `construct/wrong-prop ${one}`));
    for (const one of needs.filter((need) => need !== 'bindings')) {
      const [found] = problemsOf(Class, {
        config,
        ...Object.fromEntries(needs.map((need) => [need, bucket])),
      });
      expect(found).toMatchObject({
        code: 'construct/wrong-prop',
        got: 'Bucket',
        fix: expect.stringMatching(/^give (an? )?[A-Z]/),
      });
      expect(needs).toContain(one);
    }
    if (needs.includes('bindings')) {
      const others = Object.fromEntries(
        needs.slice(1).map((need) => [need, { modelId: 'bank-marketing-dev' }]),
      );
      const given = (bindings: object) =>
        codes(problemsOf(Class, { config, bindings, name: 'score', ...others }));
      expect(given({})).toEqual(['construct/wrong-prop bindings.store']);
      expect(given({ store: bucket })).toEqual(['construct/wrong-prop bindings.store']);
    }
  });

  it('refuses the parts of another model, but for its notifications', async () => {
    const config = await exampleConfig();
    const other: ResolvedConfig = { ...config, model: { ...config.model, name: 'upsell' } };
    const { notifications, ...bindings } = allBindings(foreignStack(), config);
    const needs = NEEDS[name] ?? [];
    const props = {
      config: other,
      name: 'score',
      ...(needs.includes('store') && { store: bindings.store }),
      ...(needs.includes('bindings') && { bindings: { ...bindings, notifications } }),
    };
    const expected = [
      ...(needs.includes('store') ? ['store'] : []),
      ...(needs.includes('bindings') ? Object.keys(bindings).map((one) => `bindings.${one}`) : []),
    ];
    const refused = problemsOf(Class, props).filter(({ code }) => code === 'construct/other-model');
    expect(refused.map(({ path }) => path).sort()).toEqual(expected.sort());
    for (const { message } of refused)
      expect(message).toBe('belongs to bank-marketing-dev, and this construct to upsell-dev');
  });
});
