import { expect, it } from 'vitest';
import { CASES, draw, ownAuc } from './categories.ts';

it('loses little by four columns of noise, and gains by a category that tells something', () => {
  const [, noise, informative] = CASES.map((one) => draw(one, 1));
  if (noise === undefined || informative === undefined) throw new Error('a case is gone');
  expect(ownAuc(noise)).toBeGreaterThan(ownAuc(noise, false) - 0.02);
  expect(ownAuc(informative)).toBeGreaterThan(ownAuc(informative, false) + 0.04);
});
