import { describe, expect, it } from 'vitest';
import { InvalidInput } from '../../../../lambdas/core/errors.ts';
import { categoryCodes } from '../../../../lambdas/core/trees/format/category-names.ts';
import { readModel } from '../../../../lambdas/core/trees/format/model-file.ts';
import { failureCode, fixture } from '../samples.ts';

const model = readModel(fixture('versions/3.2.0/one-hot.ubj'));
const PLAN = 3;
const REGION = 4;

describe('stored categories of XGBoost 3.1 and newer', () => {
  it('reads categories with their names, in the order of their codes', () => {
    expect(model.categoryNames[REGION]).toEqual(Array.from({ length: 14 }, (_, i) => `region ${i}`));
    expect(model.categoryNames.slice(0, PLAN)).toEqual([[], [], []]);
  });

  it('refuses names with letters outside ASCII, because XGBoost miscounts their lengths', () => {
    const words = new TextDecoder().decode(fixture('versions/3.1.3/one-hot.json'));
    expect(words).toContain('"offsets":[0,5,11,17,21]'); // basic, énorme, family, none: énorme has 7 bytes
    expect(model.categoryNames[PLAN]).toEqual([]);
  });

  it("codes a caller's category by the order of the model, whatever the order of the caller", () => {
    const codes = categoryCodes(model, REGION, ['region 13', null, 'region 0', 'region 2'], 'refuse');
    expect([...codes]).toEqual([13, Number.NaN, 0, 2]);
  });

  it('refuses an unseen category by its place, without its value', () => {
    const refused = (): unknown => categoryCodes(model, REGION, ['region 1', 'the moon'], 'refuse');
    expect(refused).toThrow(InvalidInput);
    expect(refused).toThrow(/region\[1\]: not seen in training \(allowed: region 0, region 1, /);
    expect(refused).not.toThrow(/moon/);
  });

  it('treats an unseen category as missing on request, and never as its neighbour', () => {
    expect([...categoryCodes(model, REGION, ['region 1x'], 'missing')]).toEqual([Number.NaN]);
  });

  it('fails for a feature of numbers, and for a file before 3.1', () => {
    expect(failureCode(() => categoryCodes(model, 0, ['1'], 'missing'))).toBe('scoring/no-categories');
    const old = readModel(fixture('versions/1.7.6/one-hot.json'));
    expect(failureCode(() => categoryCodes(old, REGION, ['region 1'], 'missing'))).toBe(
      'scoring/no-categories',
    );
  });
});
