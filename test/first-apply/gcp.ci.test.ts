import { beforeAll, describe, expect, it } from 'vitest';
import type { TerraformStacks } from '../support/terraform/located.ts';
import { synthesizeGcp } from '../support/terraform/synth.ts';
import { GCP_ROWS, type MutableStacks } from './gcp-rows.ts';

describe('the first apply in a real project', () => {
  let stacks: TerraformStacks;
  beforeAll(async () => {
    stacks = { ...(await synthesizeGcp('prod', { alertTo: ['ml-alerts@example.com'] })) };
  });

  it.each(GCP_ROWS)('avoids the trap $id: $trap', ({ wrong }) => {
    expect(wrong(stacks)).toEqual([]);
  });

  it.each(GCP_ROWS)('detects the trap $id when its fix is reverted', ({ wrong, revert }) => {
    const copy = structuredClone(stacks);
    revert(copy as unknown as MutableStacks); // the same data, to be changed
    expect(wrong(copy)).not.toEqual([]);
  });
});
