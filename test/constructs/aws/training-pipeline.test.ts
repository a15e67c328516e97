import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { compileTrainingPipeline } from '../../../constructs/aws/compile-pipeline.ts';
import { CsvExport } from '../../../constructs/aws/csv-export.ts';
import { TrainingPipeline } from '../../../constructs/aws/training-pipeline.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import { leaseInput } from '../../../lambdas/runtime/inputs.ts';
import { at } from '../../support/template.ts';
import { allBindings, exampleConfig, foreignStack, found, one, rightsOf, roleOf, shown } from './example.ts';

function pipeline(config: ResolvedConfig): Stack {
  const stack = foreignStack();
  const bindings = allBindings(stack, config);
  const csvExport = new CsvExport(stack, 'Export', { config, bindings, scheduled: false });
  new TrainingPipeline(stack, 'Pipeline', { config, bindings, export: csvExport });
  return stack;
}

/** When the starts are delivered. */
const NOW = Date.UTC(2026, 2, 1, 2);
const DEV = pipeline(await exampleConfig());
const PROD = pipeline(await exampleConfig('prod'));
const machine = (stack: Stack) => one(stack, 'AWS::StepFunctions::StateMachine');

describe('the training pipeline on AWS', () => {
  it('is the compiled definition, with the ARN of a function in every placeholder', () => {
    const { properties } = machine(DEV);
    expect(JSON.parse(String(properties.DefinitionString))).toEqual(compileTrainingPipeline());
    const filled = properties.DefinitionSubstitutions as Record<string, unknown>;
    const placeholders = String(properties.DefinitionString).match(/\$\{\w+\}/g) ?? [];
    expect(new Set(placeholders)).toEqual(new Set(Object.keys(filled).map((name) => `\${${name}}`)));
    expect(Object.values(filled).map((arn) => at(arn, 'Fn::GetAtt', 1))).toEqual(Array(7).fill('Arn'));
    expect(shown(filled.ExportArn)).toMatch(/^ExportFunction/);
    expect(shown(filled.TrainArn)).toMatch(/^PipelineTrain/);
  });

  it('is a standard workflow, traced, and logged without what its steps are given', () => {
    expect(machine(DEV).properties).toMatchObject({
      StateMachineType: 'STANDARD',
      TracingConfiguration: { Enabled: true },
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
    });
    const logs = one(DEV, 'AWS::Logs::LogGroup', 'PipelineWorkflow');
    expect(logs.properties).toMatchObject({
      LogGroupName: '/aws/vendedlogs/states/mlops/bank-marketing-dev/training',
      RetentionInDays: 7,
    });
    expect(JSON.stringify(machine(DEV).properties.LoggingConfiguration)).toContain(logs.id);
  });

  it('has an alarm for a function that is nearly out of memory', () => {
    expect(one(DEV, 'AWS::CloudWatch::Alarm', 'PipelineMemoryAlarm').properties).toMatchObject({
      Namespace: 'Mlops',
      MetricName: 'memoryPercent',
      Statistic: 'Maximum',
      Threshold: 80,
    });
  });

  it('warns in the synthesis of what the configuration warns of, and of nothing else', async () => {
    Annotations.fromStack(DEV).hasNoWarning('*', Match.stringLikeRegexp('training-outgrows'));
    const warning = {
      code: 'aws/training-outgrows',
      path: 'training.window',
      message: 'grows',
      fix: 'bound it',
    } as const;
    const grown = pipeline({ ...(await exampleConfig()), warnings: [warning] });
    Annotations.fromStack(grown).hasWarning(
      '*',
      Match.stringLikeRegexp('training.window: grows; fix: bound it'),
    );
  });

  it('is encrypted under the customer key where the environment has one', () => {
    expect(machine(DEV).properties).not.toHaveProperty('EncryptionConfiguration');
    const { EncryptionConfiguration } = machine(PROD).properties;
    expect(EncryptionConfiguration).toMatchObject({ Type: 'CUSTOMER_MANAGED_KMS_KEY' });
    const key = shown(at(EncryptionConfiguration, 'KmsKeyId'));
    expect(one(PROD, 'AWS::KMS::Key').id).toBe(key);
    const rights = rightsOf(PROD, roleOf(machine(PROD), 'RoleArn'));
    expect(rights).toContain(`kms:Decrypt on ${key}`);
    expect(rights).toContain(`kms:GenerateDataKey on ${key}`);
    expect(one(PROD, 'AWS::Logs::LogGroup', 'PipelineWorkflow').properties).toHaveProperty('KmsKeyId');
  });
});

describe('what starts a training', () => {
  const inputs = found(DEV, 'AWS::Scheduler::Schedule').map(
    ({ properties }) => JSON.parse(String(at(properties, 'Target', 'Input'))) as Record<string, unknown>,
  );

  it('is an input that the first step takes, from each of its starters', () => {
    const ready = (input: Record<string, unknown>) => ({
      ...input,
      action: 'begin',
      at: '2026-03-01T02:00:00Z', // the form of the scheduler's own attribute
    });
    expect(inputs.length).toBeGreaterThan(0);
    for (const input of inputs) expect(() => leaseInput(ready(input), NOW)).not.toThrow();
    const event = { time: '2026-03-01T02:00:00Z', detail: { detail: { trigger: 'drift', reason: 'PSI' } } };
    expect(leaseInput({ action: 'begin', ...transformed(event) }, NOW)).toEqual({
      action: 'begin',
      trigger: 'drift',
      at: '2026-03-01T02:00:00Z',
      data: false,
    });
    const [command] = Object.values(Template.fromStack(DEV).findOutputs('*', {})).filter(
      ({ Description }) => Description === 'starts a training by hand',
    );
    const [, json = ''] = /--input '(.*)'/.exec(JSON.stringify(command?.Value).replaceAll('\\"', '"')) ?? [];
    const input = JSON.parse(json.replace("'$(date -u +%FT%TZ)'", '2026-03-01T02:00:00Z')) as object;
    expect(leaseInput({ action: 'begin', ...input }, NOW)).toMatchObject({ trigger: 'demand', data: false });
  });

  /** The rule's input transformer, applied as EventBridge documents it: a string in quotes for each variable. */
  function transformed(event: unknown): Record<string, unknown> {
    const { InputPathsMap, InputTemplate } = at(
      one(DEV, 'AWS::Events::Rule', 'PipelineOnRequest').properties,
      'Targets',
      0,
      'InputTransformer',
    ) as { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: string };
    const text = InputTemplate.replace(/<(\w+)>/g, (_, name: string) =>
      JSON.stringify(at(event, ...(InputPathsMap[name] ?? '').split('.').slice(1))),
    );
    return JSON.parse(text) as Record<string, unknown>;
  }
});
