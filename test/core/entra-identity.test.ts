import { describe, expect, it } from 'vitest';
import { entraIdentity, isSameEntraIdentity } from '../../lambdas/core/entra-identity.ts';

const ADA = '0a1b2c3d-0000-4000-8000-00000000ada1';
const BOB = '0a1b2c3d-0000-4000-8000-00000000b0b1';

describe('an identity of Entra', () => {
  it('is named by its object id in small letters', () => {
    expect(entraIdentity(ADA)).toBe(`entra:${ADA}`);
    expect(entraIdentity(ADA.toUpperCase())).toBe(`entra:${ADA}`);
  });

  it.each([
    '',
    ' ',
    'ada@example.com',
    `${ADA} `,
    `${ADA}\n`,
    `{${ADA}}`,
    ADA.replaceAll('-', ''),
    `entra:${ADA}`,
  ])('is not %j', (text) => expect(entraIdentity(text)).toBeUndefined());

  it('is the declared one whatever its capitals', () => {
    expect(isSameEntraIdentity(`entra:${ADA}`, ADA)).toBe(true);
    expect(isSameEntraIdentity(`entra:${ADA}`, ADA.toUpperCase())).toBe(true);
  });

  it.each([
    [`entra:${ADA}`, BOB],
    [`entra:${ADA}`, `entra:${ADA}`],
    [`entra:${ADA}`, ''],
    [ADA, ADA],
    ['undefined', 'nobody'],
  ])('is not another one: %j, %j', (reported, declared) =>
    expect(isSameEntraIdentity(reported, declared)).toBe(false),
  );
});
