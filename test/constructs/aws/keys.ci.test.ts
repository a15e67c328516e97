import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template as Synth } from 'aws-cdk-lib/assertions';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { describe, expect, it } from 'vitest';
import type { AwsBindings } from '../../../constructs/aws/bindings.ts';
import { CsvExport } from '../../../constructs/aws/csv-export.ts';
import {
  ArtifactStore,
  DriftMonitor,
  ModelEvents,
  ModelRegistry,
  Notifications,
  PredictionLog,
  PseudonymSecret,
  ScoringApi,
  TrainingPipeline,
} from '../../../constructs/aws/index.ts';
import type { ResolvedConfig } from '../../../constructs/contract/model-props.ts';
import { keyNamesProducers } from '../../policy/data-at-rest.ts';
import { callersHoldTheKey } from '../../policy/key-holders.ts';
import type { Template } from '../../support/template.ts';
import { exampleConfig } from './example.ts';

/** A whole model in a stack, each construct with this key, or without one where there is none. */
function model(stack: Stack, config: ResolvedConfig, key?: IKey): void {
  const id = (name: string) => `${config.model.name}-${name}`;
  const props = { config, ...(key && { encryptionKey: key }) };
  const store = new ArtifactStore(stack, id('Store'), props);
  const notifications = new Notifications(stack, id('Topic'), props);
  const bindings: AwsBindings = {
    store,
    notifications,
    registry: new ModelRegistry(stack, id('Registry'), { config }),
    events: new ModelEvents(stack, id('Events'), { ...props, notifications }),
    predictions: new PredictionLog(stack, id('Log'), { ...props, store }),
    secret: new PseudonymSecret(stack, id('Secret'), props),
  };
  const exporting = new CsvExport(stack, id('Export'), { ...props, bindings, scheduled: false });
  new TrainingPipeline(stack, id('Training'), { ...props, bindings, export: exporting });
  new ScoringApi(stack, id('Scoring'), { ...props, bindings });
  new DriftMonitor(stack, id('Monitor'), { ...props, bindings });
}

const named = (name: string, encryption: 'provider' | 'customer' = 'provider') =>
  exampleConfig('dev', { encryption }, (blueprint) => ({ ...blueprint, name }));

function checked(stack: Stack) {
  const stacks = { model: Synth.fromStack(stack).toJSON() as Template };
  const callers = callersHoldTheKey(stacks, { encryption: 'customer' });
  const producers = keyNamesProducers(stacks, { encryption: 'customer' });
  expect(callers.looked).toBeGreaterThan(30);
  expect(producers.looked).toBeGreaterThan(10);
  return [...callers.findings, ...producers.findings];
}

describe('a customer key', () => {
  it('that is plain gets what the services of the model need', async () => {
    const stack = new Stack(new App(), 'Plain');
    model(stack, await named('churn'), new Key(stack, 'Key'));
    expect(checked(stack)).toEqual([]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('mlops-blueprint:key-policy'));
  });

  it('that two models in one stack are given serves both', async () => {
    const stack = new Stack(new App(), 'Two');
    const key = new Key(stack, 'Key');
    for (const name of ['churn', 'upsell']) model(stack, await named(name), key);
    expect(checked(stack)).toEqual([]);
  });

  it('that a stack makes for two models is one, and serves both', async () => {
    const stack = new Stack(new App(), 'Made');
    for (const name of ['churn', 'upsell']) model(stack, await named(name, 'customer'));
    Synth.fromStack(stack).resourceCountIs('AWS::KMS::Key', 1);
    expect(checked(stack)).toEqual([]);
  });

  it('that is imported cannot be changed here: a warning has the statements, once for each model', async () => {
    const stack = new Stack(new App(), 'Imported');
    const key = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-central-1:111111111111:key/a');
    for (const name of ['churn', 'upsell']) model(stack, await named(name), key);
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('must add for'));
    expect(warnings.map(({ entry }) => /must add for (\S+):/.exec(String(entry.data))?.[1])).toEqual([
      'churn-dev',
      'upsell-dev',
    ]);
    expect(String(warnings[0]?.entry.data)).toContain('"Service":"logs.amazonaws.com"');
  });
});
