import { describe, expect, it } from 'vitest';
import type { ModelConfig, ProblemType, SourceConfig } from '../../lambdas/core/config.ts';
import {
  capturableFeatures,
  capturedFeatures,
  featureTable,
  hasProfile,
  isMonitored,
  labelsOf,
  modelColumns,
  storedColumns,
} from '../../lambdas/core/model-table.ts';
import { CONFIG } from '../score/fixture.ts';
import { type Declared, numbers, specOf, tableOf, texts } from './features/tables.ts';

const source: SourceConfig = {
  engine: 'postgres',
  steps: [{ name: 'rows', query: 'SELECT 1', keep: false }],
  key: 'id',
  eventTime: 'at',
  sensitive: ['salary', 'gender'],
  watermark: { overlapHours: 0 },
  schedule: 'rate(1 day)',
  expectedRows: 1,
  timeoutSec: 60,
  quarantine: { maxShare: 0 },
};

const regression: ProblemType = { type: 'regression', label: 'y' };
const clustering: ProblemType = { type: 'clustering', clusters: 3 };
const binary = (positive: string | number | boolean): ProblemType => ({
  type: 'binary-classification',
  label: 'y',
  positive,
});

type Config = Pick<ModelConfig, 'problem' | 'source' | 'features' | 'training' | 'monitoring'>;
const config = (problem: ProblemType, ...fields: Declared[]): Config => ({
  problem,
  source,
  features: specOf(...fields),
  training: CONFIG.training,
  monitoring: CONFIG.monitoring,
});

describe('the columns of a model', () => {
  it('lists key, event time, label and the columns that the features read', () => {
    expect(
      modelColumns(config(regression, { kind: 'boolean', name: 'loan' }, { kind: 'numeric', name: 'age' })),
    ).toEqual([
      { name: 'id', type: 'category' },
      { name: 'at', type: 'timestamp' },
      { name: 'y', type: 'number' },
      { name: 'loan', type: 'boolean' },
      { name: 'age', type: 'number' },
    ]);
  });

  it('gives the label the kind of the positive class, and leaves it out without a label', () => {
    const last = (problem: ProblemType) => modelColumns(config(problem)).at(-1);
    expect(last(binary('yes'))).toEqual({ name: 'y', type: 'category' });
    expect(last(binary(1))).toEqual({ name: 'y', type: 'number', booleans: true });
    expect(last(binary(false))).toEqual({ name: 'y', type: 'boolean' });
    expect(last(clustering)).toEqual({ name: 'at', type: 'timestamp' });
  });

  it('declares a column once when a feature also reads the key, the event time or the label', () => {
    const columns = modelColumns(
      config(
        regression,
        { kind: 'categorical', name: 'id' },
        { kind: 'timestamp', name: 'hour', column: 'at', part: 'hour' },
        { kind: 'numeric', name: 'last_y', column: 'y' },
      ),
    );
    expect(columns.map(({ name }) => name)).toEqual(['id', 'at', 'y']);
  });

  it('includes columns that only define groups, as texts, and no feature twice', () => {
    const { training, monitoring } = CONFIG;
    const fairness = [{ attribute: ['gender', 'area'], metric: 'parityRatio', min: 0.8 } as const];
    const columns = modelColumns({
      ...config(
        regression,
        { kind: 'boolean', name: 'loan' },
        { kind: 'categorical', name: 'place', column: 'area' },
      ),
      training: { ...training, validation: { ...training.validation, fairness } },
      monitoring: { ...monitoring, fairness: { attributes: ['place', 'loan'], minGroup: 1 } },
    });
    expect(columns.slice(3)).toEqual([
      { name: 'loan', type: 'boolean' },
      { name: 'area', type: 'category' },
      { name: 'gender', type: 'category' },
    ]);
  });

  it('fails when a feature reads one of these columns in another way', () => {
    expect(() => modelColumns(config(regression, { kind: 'numeric', name: 'id' }))).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ path: 'id' })] }),
    );
  });
});

describe('the columns of a stored row', () => {
  const declared = config(
    regression,
    { kind: 'boolean', name: 'loan' },
    { kind: 'numeric', name: 'age' },
    { kind: 'numeric', name: 'income' },
  );
  const stored = (columns?: readonly string[]) =>
    storedColumns({ ...declared, features: { ...declared.features, ...(columns && { columns }) } });

  it('has the order of the model before an order is kept', () => {
    expect(stored()).toEqual(modelColumns(declared));
  });

  it('keeps the first place of a column, puts new ones last, and leaves a column empty that nothing reads', () => {
    expect(stored(['id', 'at', 'age', 'left', 'y'])).toEqual([
      { name: 'id', type: 'category' },
      { name: 'at', type: 'timestamp' },
      { name: 'age', type: 'number' },
      { name: 'left', type: 'category' },
      { name: 'y', type: 'number' },
      { name: 'loan', type: 'boolean' },
      { name: 'income', type: 'number' },
    ]);
  });
});

describe('labels', () => {
  it('reads the labels of a regression as its numbers, and unknown ones as NaN', () => {
    const table = tableOf({ y: numbers([1.5, null, -2]) });
    expect([...labelsOf(table, regression)]).toEqual([1.5, Number.NaN, -2]);
  });

  it('reads the labels of two classes as 1 for the positive one, whichever it is', () => {
    const of = (column: Parameters<typeof tableOf>[0][string], positive: string | number | boolean) => [
      ...labelsOf(tableOf({ y: column }), binary(positive)),
    ];
    expect(of(texts(['no', 'yes', null]), 'yes')).toEqual([0, 1, Number.NaN]);
    expect(of(texts(['no', null]), 'yes')).toEqual([0, Number.NaN]);
    expect(of(numbers([0, 1, null]), true)).toEqual([0, 1, Number.NaN]);
    expect(of(numbers([0, 1, null]), false)).toEqual([1, 0, Number.NaN]);
    expect(of(numbers([1, 2, null]), 2)).toEqual([0, 1, Number.NaN]);
  });

  it('has only unknown labels where nothing is predicted', () => {
    expect([...labelsOf(tableOf({ x: numbers([1, 2]) }), clustering)]).toEqual([Number.NaN, Number.NaN]);
  });

  it('fails on a column of text as the label of a regression', () => {
    expect(() => labelsOf(tableOf({ y: texts(['1']) }), regression)).toThrow(TypeError);
  });
});

describe('monitored columns', () => {
  const feature = (field: Declared) => ({ ...field, description: '' });

  it('monitors columns of the source, but not the calendar, nor columns left out on purpose', () => {
    expect(isMonitored(feature({ kind: 'numeric', name: 'a' }))).toBe(true);
    expect(isMonitored(feature({ kind: 'categorical', name: 'a', monitor: true }))).toBe(true);
    expect(isMonitored(feature({ kind: 'numeric', name: 'a', monitor: false }))).toBe(false);
    expect(isMonitored(feature({ kind: 'timestamp', name: 'a', part: 'day' }))).toBe(false);
    expect(hasProfile(feature({ kind: 'boolean', name: 'a' }))).toBe(true);
    expect(hasProfile(feature({ kind: 'lag', name: 'a', of: 'b', events: 1 }))).toBe(true);
    expect(isMonitored(feature({ kind: 'expression', name: 'a', expression: 'b' }))).toBe(false);
  });

  it('describes raw values under the names of the features', () => {
    const [n, c] = [numbers([1]), texts(['a'])];
    const spec = specOf(
      { kind: 'numeric', name: 'amount', column: 'n' },
      { kind: 'categorical', name: 'c' },
      { kind: 'timestamp', name: 'day', column: 'n', part: 'day' },
    );
    const described = featureTable(tableOf({ n, c, other: n }), spec);
    expect([...described.columns]).toEqual([
      ['amount', n],
      ['c', c],
    ]);
    expect(described.rows).toBe(1);
  });
});

describe('captured features', () => {
  it('captures no feature of a group where capture is off', () => {
    const model = { ...CONFIG, source, features: specOf({ kind: 'numeric', name: 'age' }) };
    expect(capturedFeatures('age', model)).toEqual(['age']);
    const serving = { ...CONFIG.serving, capture: { features: false, share: 1 } };
    expect(capturedFeatures('age', { ...model, serving })).toBeUndefined();
  });

  it('finds a captured feature by its column too', () => {
    const model = {
      ...config(regression, { kind: 'numeric', name: 'years', column: 'age' }),
      serving: { ...CONFIG.serving, capture: { features: true, share: 1 } },
    };
    expect(capturedFeatures('age', model)).toEqual(['years']);
    expect(capturedFeatures('years', model)).toEqual(['years']);
    expect(capturedFeatures('size', model)).toBeUndefined();
  });

  const captured = (...fields: Declared[]) => [...capturableFeatures(config(regression, ...fields))];

  it('captures no sensitive column, under whatever name', () => {
    expect(
      captured(
        { kind: 'numeric', name: 'age' },
        { kind: 'numeric', name: 'salary' },
        { kind: 'categorical', name: 'group', column: 'gender' },
        { kind: 'numeric', name: 'gender', column: 'g' },
      ),
    ).toEqual(['age']);
  });

  it('captures nothing computed from a sensitive column, nor from a feature that shows one', () => {
    expect(
      captured(
        { kind: 'rolling', name: 'average', of: 'before', days: 7, statistic: 'mean' },
        { kind: 'lag', name: 'before', of: 'income', events: 1 },
        { kind: 'numeric', name: 'income', column: 'salary' },
        { kind: 'lag', name: 'salary_before', of: 'salary', events: 1 },
        { kind: 'numeric', name: 'age' },
        { kind: 'lag', name: 'age_before', of: 'age', events: 1 },
      ),
    ).toEqual(['age', 'age_before']);
  });

  it('captures no expression that mentions a sensitive column, in words or in a text', () => {
    expect(
      captured(
        { kind: 'expression', name: 'monthly', expression: 'salary/12.0' },
        { kind: 'expression', name: 'indexed', expression: 'row["salary"] > 1' },
        { kind: 'expression', name: 'twice', expression: '2 * monthly' },
        { kind: 'expression', name: 'open', expression: 'salary_band + age' },
      ),
    ).toEqual(['open']);
  });

  it('captures a feature whose column has the name of a hidden feature', () => {
    expect(
      captured(
        { kind: 'numeric', name: 'income', column: 'salary' },
        { kind: 'numeric', name: 'stated', column: 'income' },
      ),
    ).toEqual(['stated']);
  });

  it('captures all features where nothing is sensitive, and none where there are none', () => {
    const open = {
      source: { ...source, sensitive: [] },
      features: specOf({ kind: 'numeric', name: 'salary' }),
    };
    expect([...capturableFeatures(open)]).toEqual(['salary']);
    expect(captured()).toEqual([]);
  });
});
