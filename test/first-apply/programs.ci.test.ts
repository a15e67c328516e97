import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template as Synth } from 'aws-cdk-lib/assertions';
import { SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { type CfnKey, Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import { loadBlueprint, nextLock } from '../../blueprints/index.ts';
import { CsvExport } from '../../constructs/aws/csv-export.ts';
import { ArtifactStore, Budget, DriftMonitor, FeatureStore } from '../../constructs/aws/index.ts';
import { regionHas } from '../../constructs/config/limits/aws-place.ts';
import type { AwsType } from '../../constructs/config/limits/aws-types.ts';
import { type ResolvedConfig, resolveConfig } from '../../constructs/config/resolve.ts';
import { type PackageJson, packedManifest } from '../../stacks/build/manifest.ts';
import { parseEnvironment } from '../../stacks/config/environments.ts';
import { exampleConfig } from '../constructs/aws/example.ts';
import { callersHoldTheKey } from '../policy/key-holders.ts';
import { NAME_OF } from '../policy/names.ts';
import { at, listOf, resourcesOf, type Template } from '../support/template.ts';

/** Traps that only a program or a second deployment shows; each check is made with the fix and without it. */
interface Row {
  readonly id: string;
  readonly trap: string;
  readonly source: string;
  /** What is wrong, with the fix or without it. */
  readonly wrong: (fixed: boolean) => Promise<readonly string[]>;
}

const BANK = join(import.meta.dirname, '../../blueprints/bank-marketing/blueprint.ts');
const newStack = (region?: string) => new Stack(new App(), 'Foreign', { ...(region && { env: { region } }) });
const templateOf = (stack: Stack) => ({ model: Synth.fromStack(stack).toJSON() as Template });
const accepted = (make: () => unknown): readonly string[] => {
  try {
    make();
    return ['is accepted'];
  } catch {
    return [];
  }
};
/** The same store, as if it were of every model. */
const shared = (store: ArtifactStore, { model }: ResolvedConfig): ArtifactStore =>
  Object.create(store, { modelId: { value: `${model.name}-${model.environment}` } });

const ROWS: readonly Row[] = [
  {
    id: 'B3',
    trap: 'CloudFormation refuses a whole template for one type that its region lacks',
    source: 'github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2177',
    wrong: async (fixed) => {
      const config = await exampleConfig('dev', { budget: { monthly: 5 } });
      const stack = newStack('eu-north-1');
      // The region is what the construct looks at: without it the budget is made.
      new Budget(fixed ? stack : Object.assign(stack, { region: 'eu-west-1' }), 'Budget', { config });
      const types = Object.values(templateOf(stack).model.Resources ?? {}).map(({ Type }) => Type as AwsType); // ours
      return types.filter((type) => !regionHas('eu-north-1', type));
    },
  },
  {
    id: 'M4',
    trap: 'a query reads CSV by position: a column in the middle shifts those of older files',
    source: 'docs.aws.amazon.com/athena/latest/ug/updates-add-columns-beginning-middle-of-table.html',
    wrong: async (fixed) => {
      const { blueprint } = await loadBlueprint(BANK);
      const { columns: _, fields, ...features } = blueprint.features;
      const before = { ...blueprint, features: { ...features, fields: fields.slice(1) } };
      const after = { ...blueprint, features: { ...features, fields } };
      const { columns } = nextLock(after, nextLock(before));
      const columnsOf = async (of: typeof blueprint): Promise<string[]> => {
        const stack = newStack();
        const config = await exampleConfig('dev', {}, () => of);
        new FeatureStore(stack, 'Features', { config, store: new ArtifactStore(stack, 'Store', { config }) });
        const [table] = resourcesOf(templateOf(stack), 'AWS::Glue::Table');
        const found = listOf(at(table?.properties, 'TableInput', 'StorageDescriptor', 'Columns'));
        return found.map((column) => String(at(column, 'Name')));
      };
      const now = await columnsOf(fixed ? { ...after, features: { ...after.features, columns } } : after);
      return (await columnsOf(before)).filter((name, place) => now[place] !== name);
    },
  },
  {
    id: 'M5',
    trap: 'the key of a stack lets the logs of its first model in and not those of the second',
    source: 'docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
    wrong: async (fixed) => {
      const stack = newStack();
      const key = new Key(stack, 'Key');
      for (const name of ['churn', 'upsell']) {
        const config = await exampleConfig('dev', {}, (blueprint) => ({ ...blueprint, name }));
        const store = new ArtifactStore(stack, `${name}Store`, { config, encryptionKey: key });
        new DriftMonitor(stack, `${name}Monitor`, { config, bindings: { store }, encryptionKey: key });
      }
      const resource = key.node.defaultChild as CfnKey; // an L2 key's own resource
      if (!fixed) {
        const policy = JSON.stringify(stack.resolve(resource.keyPolicy));
        resource.keyPolicy = JSON.parse(policy.replaceAll('/upsell-dev/', '/other/'));
      }
      return callersHoldTheKey(templateOf(stack), { encryption: 'customer' }).findings;
    },
  },
  {
    id: 'M6',
    trap: 'two models on one store overwrite the release, the registry and the lock of each other',
    source: 'lambdas/stores: release/state.json, models/index.json, locks/train.json',
    wrong: async (fixed) => {
      const churn = await exampleConfig('dev', {}, (blueprint) => ({ ...blueprint, name: 'churn' }));
      const upsell = await exampleConfig('dev', {}, (blueprint) => ({ ...blueprint, name: 'upsell' }));
      const stack = newStack();
      const store = new ArtifactStore(stack, 'Store', { config: churn });
      const bindings = { store: fixed ? store : shared(store, upsell) };
      return accepted(() => new DriftMonitor(stack, 'Monitor', { config: upsell, bindings }));
    },
  },
  {
    id: 'M11',
    trap: 'an export in a group that lets nothing out waits until its timeout, and nothing says so',
    source: 'docs.aws.amazon.com/lambda/latest/dg/configuration-vpc-internet.html',
    wrong: async (fixed) => {
      const config = await exampleConfig();
      const stack = newStack();
      const store = new ArtifactStore(stack, 'Store', { config });
      const vpc = new Vpc(stack, 'Vpc', { natGateways: 0 });
      const securityGroups = [new SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false })];
      const vpcSubnets = { subnets: vpc.isolatedSubnets };
      const made = new CsvExport(stack, 'Export', {
        config,
        bindings: { store },
        vpc,
        vpcSubnets,
        securityGroups,
      });
      if (!fixed) made.node.tryRemoveChild('Outbound');
      const warnings = Annotations.fromStack(stack).findWarning(
        '*',
        Match.stringLikeRegexp('until its timeout'),
      );
      return warnings.length > 0 ? [] : ['nothing says that the export reaches nothing'];
    },
  },
  {
    id: 'M12',
    trap: 'a second copy of an environment takes the names of the first, and its create fails',
    source: 'docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html',
    wrong: async (fixed) => {
      const { blueprint } = await loadBlueprint(BANK);
      const namesOf = (suffix?: string): string[] => {
        const environment = parseEnvironment('dev', suffix === undefined ? {} : { suffix }, 'aws');
        const config = resolveConfig(blueprint, environment, 'aws');
        const stack = newStack();
        const store = new ArtifactStore(stack, 'Store', { config });
        new FeatureStore(stack, 'Features', { config, store });
        new DriftMonitor(stack, 'Monitor', { config, bindings: { store } });
        return resourcesOf(templateOf(stack)).flatMap(({ type, properties }) => {
          const name = NAME_OF[type]?.(properties);
          return typeof name === 'string' ? [`${type} ${name}`] : [];
        });
      };
      // A table's name is within its database.
      const first = namesOf().filter((name) => !name.startsWith('AWS::Glue::Table'));
      expect(first.length).toBeGreaterThan(2);
      const second = namesOf(fixed ? 'pr-42' : undefined);
      return first.filter((name) => second.includes(name));
    },
  },
  {
    id: 'M13',
    trap: 'a project of cdk init runs jest with CommonJS, which cannot load an ES module',
    source: 'github.com/jestjs/jest/issues/9430',
    wrong: async (fixed) => {
      const repository = JSON.parse(
        readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
      ) as PackageJson; // our own file
      const exports = fixed ? packedManifest(repository, new Set()).exports : repository.exports;
      return ['./aws', './blueprint'].filter((name) => at(exports, name, 'require') === undefined);
    },
  },
];

describe('the first deployment by a program', () => {
  it.each(ROWS)('avoids the trap $id: $trap', async ({ wrong }) => {
    expect(await wrong(true)).toEqual([]);
  });

  it.each(ROWS)('detects the trap $id when its fix is reverted', async ({ wrong }) => {
    expect(await wrong(false)).not.toEqual([]);
  });
});
