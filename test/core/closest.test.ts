import { describe, expect, it } from 'vitest';
import { meant } from '../../blueprints/synonyms.ts';
import { closest } from '../../lambdas/core/closest.ts';

describe('closest', () => {
  it.each([
    ['relase', ['release', 'batch'], 'release'],
    ['MAXDEPTH', ['maxDepth', 'maxBins'], 'maxDepth'],
    ['maxBin', ['maxDepth', 'maxBins'], 'maxBins'],
    ['colour', ['alarms', 'capture'], undefined],
    ['serch', ['sect', 'search', 'secrets'], 'search'],
    ['x', [], undefined],
    ['a'.repeat(10_000), ['aaa'], undefined],
  ])('finds what %j meant among %j', (text, candidates, meant) => {
    expect(closest(text, candidates)).toBe(meant);
  });
});

/** Words of scikit-learn, pandas, LightGBM's and PostgreSQL's documentation. */
describe('names near a mistyped one', () => {
  const kinds = ['numeric', 'categorical', 'boolean', 'timestamp', 'lag', 'rolling', 'expression'];
  it.each([
    ['category', kinds, 'categorical'],
    ['Int', kinds, 'numeric'],
    ['datetime', kinds, 'timestamp'],
    ['lightgbm', ['xgboost', 'kmeans'], 'xgboost'],
    ['lightgbm', ['kmeans'], undefined],
    ['postgresql', ['postgres', 'mysql'], 'postgres'],
    ['constructor', kinds, undefined],
  ])('knows the name for %j among %j', (word, allowed, value) => {
    expect(meant(word, allowed)).toBe(value);
  });
});
