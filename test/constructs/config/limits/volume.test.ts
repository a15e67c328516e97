import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseBlueprint } from '../../../../blueprints/index.ts';
import { HEADROOM, memoryMb, mostRows, trainSec } from '../../../../constructs/config/limits/volume.ts';
import { fitMemory } from '../../../bench/memory-fit.ts';
import { HELD_OUT, isHeldOut, MEASURED } from '../../../bench/memory-measured.ts';
import { validInput } from '../../../blueprints/valid.ts';

const KINDS = ['run', 'window'] as const;
const rows = fc.integer({ min: 0, max: 50_000_000 });
const features = fc.integer({ min: 1, max: 500 });
const kind = fc.constantFrom(...KINDS);

describe('the model of peak memory', () => {
  it.each(MEASURED)('is within 15 % of what $rows rows of $features features took', (cell) => {
    for (const one of KINDS)
      expect(Math.abs(memoryMb(one, cell.rows, cell.features) / cell.mb[one] - 1)).toBeLessThan(HEADROOM);
  });

  it.each(KINDS)('is the fit on four cells of the rows of a %s, and predicts the other two', (one) => {
    const peaks = MEASURED.map(({ mb, ...cell }) => ({ ...cell, mb: mb[one] }));
    const fitted = fitMemory(peaks.filter((peak) => !isHeldOut(peak)));
    expect(peaks.filter(isHeldOut)).toHaveLength(HELD_OUT.length);
    for (const { rows: count, features: width, mb } of peaks) {
      const predicted = memoryMb(fitted, count, width);
      expect(memoryMb(one, count, width) / predicted).toBeCloseTo(1, 2);
      if (isHeldOut({ rows: count, features: width }))
        expect(Math.abs(predicted / mb - 1)).toBeLessThan(HEADROOM);
    }
  });

  it('grows with rows and with features', () => {
    fc.assert(
      fc.property(kind, rows, rows, features, features, (one, a, b, c, d) => {
        const [few, many] = [Math.min(a, b), Math.max(a, b)];
        const [narrow, wide] = [Math.min(c, d), Math.max(c, d)];
        expect(memoryMb(one, few, narrow)).toBeLessThanOrEqual(memoryMb(one, many, narrow));
        expect(memoryMb(one, few, narrow)).toBeLessThanOrEqual(memoryMb(one, few, wide));
      }),
    );
  });

  it('gives the most rows that fit with headroom, and not one more', () => {
    fc.assert(
      fc.property(kind, features, fc.integer({ min: 512, max: 10_240 }), (one, width, functionMb) => {
        const most = mostRows(one, width, functionMb);
        expect(memoryMb(one, most, width) * (1 + HEADROOM)).toBeLessThanOrEqual(functionMb * 1.000_001);
        expect(memoryMb(one, most + 1, width) * (1 + HEADROOM)).toBeGreaterThan(functionMb * 0.999_999);
      }),
    );
  });

  it('gives no rows to a function that has not even the base', () => {
    expect(mostRows('window', 14, 1)).toBe(0);
  });
});

describe('fitMemory', () => {
  it('finds the model that made the peaks', () => {
    const model = { baseMb: 100, bytesPerRow: 250, bytesPerValue: 30 };
    const peaks = MEASURED.map((cell) => ({ ...cell, mb: memoryMb(model, cell.rows, cell.features) }));
    const fitted = fitMemory(peaks);
    expect(fitted.baseMb).toBeCloseTo(100, 6);
    expect(fitted.bytesPerRow).toBeCloseTo(250, 6);
    expect(fitted.bytesPerValue).toBeCloseTo(30, 6);
  });
});

describe('the time of a training', () => {
  const model = parseBlueprint(validInput(), 'churn');
  const withSearch = parseBlueprint(
    { ...validInput(), training: { search: { trials: 10, space: { eta: [0.1, 0.2] } } } },
    'churn',
  );

  it('grows with rows, in proportion', () => {
    fc.assert(
      fc.property(rows, (count) => {
        expect(trainSec(2 * count, model)).toBeCloseTo(2 * trainSec(count, model), 6);
      }),
    );
  });

  it('is longer with a search, which grows the trees of each trial', () => {
    expect(trainSec(1e6, withSearch)).toBeGreaterThan(3 * trainSec(1e6, model));
  });
});
