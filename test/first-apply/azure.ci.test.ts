import { beforeAll, describe, expect, it } from 'vitest';
import type { TerraformStacks } from '../support/terraform/located.ts';
import { synthesizeAzure } from '../support/terraform/synth.ts';
import { AZURE_ROWS, type AzureRow, type MutableAzure } from './azure-rows.ts';

describe('the first apply in a real subscription', () => {
  const made = new Map<string, TerraformStacks>();
  beforeAll(async () => {
    for (const environment of ['dev', 'prod'] as const) {
      const { data, model } = await synthesizeAzure(environment, { alertTo: ['ml-alerts@example.com'] });
      made.set(environment, { data, model });
    }
  });
  const stacksOf = ({ in: environment = 'prod' }: AzureRow): TerraformStacks => made.get(environment) ?? {};

  it.each(AZURE_ROWS)('avoids the trap $id: $trap', (row) => {
    expect(row.wrong(stacksOf(row))).toEqual([]);
  });

  it.each(AZURE_ROWS)('detects the trap $id when its fix is reverted', (row) => {
    const copy = structuredClone(stacksOf(row));
    row.revert(copy as unknown as MutableAzure); // the same data, to be changed
    expect(row.wrong(copy)).not.toEqual([]);
  });
});
