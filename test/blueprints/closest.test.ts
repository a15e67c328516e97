import { describe, expect, it } from 'vitest';
import { closest } from '../../blueprints/closest.ts';

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
