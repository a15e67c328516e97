import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type Blueprint, loadBlueprint, nextLock } from '../../../blueprints/index.ts';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { FeatureStore } from '../../../constructs/aws/feature-store.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { at, listOf } from '../../support/template.ts';
import { exampleConfig, foreignStack } from './example.ts';

const BANK = join(import.meta.dirname, '../../../blueprints/bank-marketing/blueprint.ts');

/** Names in the online group of the example with a feature more. */
async function onlineNames(feature?: Blueprint['features']['fields'][number]): Promise<readonly string[]> {
  const config = await exampleConfig('dev', {}, (blueprint) => ({
    ...blueprint,
    features: {
      ...blueprint.features,
      fields: [...blueprint.features.fields, ...(feature ? [feature] : [])],
    },
    serving: { ...blueprint.serving, online: { requestsPerDay: 333, byKey: true } },
  }));
  const stack = foreignStack();
  const store = new ArtifactStore(stack, 'Store', { config });
  new FeatureStore(stack, 'Features', { config, store });
  const [group] = Object.values(Template.fromStack(stack).findResources('AWS::SageMaker::FeatureGroup'));
  const definitions = group?.Properties.FeatureDefinitions as readonly { readonly FeatureName: string }[];
  return definitions.map(({ FeatureName }) => FeatureName);
}

describe('the online feature group', () => {
  it('holds the events of a key where features look back, and what is computed from them nowhere', async () => {
    const plain = await onlineNames();
    expect(plain).not.toContain('key-events');
    const looking = await onlineNames({
      kind: 'lag',
      name: 'age_before',
      description: 'd',
      of: 'age',
      events: 1,
    });
    expect(looking).toEqual([...plain, 'key-events']);
  });

  it('has each feature by its own name, whatever column it reads, and no column of the source', async () => {
    const renamed = {
      kind: 'timestamp',
      name: 'year',
      description: 'd',
      column: 'contacted_at',
      part: 'year',
      impute: 'none',
    } as const;
    const names = await onlineNames(renamed);
    expect(names).toEqual(expect.arrayContaining(['year', 'contact_weekday', 'contact_day']));
    expect(names).not.toContain('contacted_at');
    expect(names).not.toContain('client_id');
  });

  it('has names that SageMaker takes', async () => {
    const names = await onlineNames({
      kind: 'rolling',
      name: 'ages',
      description: 'd',
      of: 'age',
      days: 3,
      statistic: 'sum',
    });
    // docs.aws.amazon.com/sagemaker/latest/APIReference/API_FeatureDefinition.html
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9]([_-]*[a-zA-Z0-9]){0,63}$/);
  });
});

describe("the offline store's table", () => {
  const columnsOf = (config: ResolvedConfig): string[] => {
    const stack = foreignStack();
    const store = new ArtifactStore(stack, 'Store', { config });
    new FeatureStore(stack, 'Features', { config, store });
    const [table] = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table'));
    const columns = at(table, 'Properties', 'TableInput', 'StorageDescriptor', 'Columns');
    return listOf(columns).map((column) => String(at(column, 'Name')));
  };
  /** What a query sees of a line: cells by position, missing ones empty, as Athena reads CSV. */
  const byPosition = (columns: readonly string[], line: string): Record<string, string> => {
    const cells = line.split(',');
    return Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? '']));
  };

  it('reads the rows that were stored before a feature was put first', async () => {
    const { blueprint: after } = await loadBlueprint(BANK);
    const [first, ...others] = after.features.fields;
    expect(first?.name).toBe('age');
    const { columns: _, ...features } = after.features;
    const before = { ...after, features: { ...features, fields: others } };
    const inOrder = (columns?: readonly string[]) =>
      exampleConfig('dev', {}, () => ({
        ...after,
        features: { ...features, ...(columns && { columns: [...columns] }) },
      }));
    const old = columnsOf(await exampleConfig('dev', {}, () => before));
    const line = old.map((name) => `a ${name}`).join(',');
    const now = columnsOf(await inOrder(nextLock(after, nextLock(before)).columns));
    expect(byPosition(now, line)).toEqual({ ...byPosition(old, line), age: '' });
    expect(byPosition(columnsOf(await inOrder()), line).age).toBe('a job');
  });
});
