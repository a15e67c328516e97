import { describe, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionUses } from '../../lambdas/functions.ts';
import { CONDITIONAL_PREFIXES } from '../../lambdas/stores/conditional-prefixes.ts';
import { RELEASE_KEY } from '../../lambdas/stores/release.ts';

/** Functions that write below a conditional prefix without a condition. */
const unconditional = (functions: Readonly<Record<string, { readonly uses: FunctionUses }>>) =>
  Object.entries(functions).flatMap(([name, { uses }]) =>
    (uses.objects?.write ?? [])
      .filter((written) =>
        CONDITIONAL_PREFIXES.some((prefix) => written.startsWith(prefix) || prefix.startsWith(written)),
      )
      .map((written) => `${name}: ${written}`),
  );

describe('the prefixes of conditional writes', () => {
  it('lets no function write under these prefixes without a condition', () => {
    expect(unconditional(FUNCTIONS)).toEqual([]);
  });

  it('detects a function that writes without a condition', () => {
    const planted = { uses: { objects: { write: ['models/', 'release/', 'reports/'] } } };
    expect(unconditional({ planted })).toEqual(['planted: models/', 'planted: release/']);
  });

  it('has a function that writes under each of them', () => {
    const created = Object.values(FUNCTIONS).flatMap(
      ({ uses }: { uses: FunctionUses }) => uses.objects?.create ?? [],
    );
    expect(created).toEqual(expect.arrayContaining([...CONDITIONAL_PREFIXES]));
    expect(CONDITIONAL_PREFIXES).toContain(RELEASE_KEY);
  });
});
