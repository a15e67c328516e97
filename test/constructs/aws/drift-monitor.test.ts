import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { compileMonitorPipeline } from '../../../constructs/aws/compile-pipeline.ts';
import { DriftMonitor } from '../../../constructs/aws/drift-monitor.ts';
import { at } from '../../support/template.ts';
import { allBindings, exampleConfig, foreignStack, found, one, rightsOf, roleOf, shown } from './example.ts';

const config = await exampleConfig();

function alone() {
  const stack = foreignStack();
  new DriftMonitor(stack, 'Drift', {
    config,
    bindings: { store: new ArtifactStore(stack, 'Store', { config }) },
  });
  return stack;
}

const ALONE = alone();

describe('the drift monitor', () => {
  it('runs by the blueprint’s schedule: outcomes, then drift', () => {
    const machine = one(ALONE, 'AWS::StepFunctions::StateMachine');
    expect(JSON.parse(String(machine.properties.DefinitionString))).toEqual(compileMonitorPipeline());
    const schedule = one(ALONE, 'AWS::Scheduler::Schedule');
    expect(at(schedule.properties, 'Target', 'Arn')).toEqual({ Ref: machine.id });
    expect(JSON.parse(String(at(schedule.properties, 'Target', 'Input')))).toEqual({
      at: '<aws.scheduler.scheduled-time>',
    });
    expect(rightsOf(ALONE, roleOf(schedule, 'Target', 'RoleArn'))).toContain(
      `states:StartExecution on ${machine.id}`,
    );
    expect(one(ALONE, 'AWS::Logs::LogGroup', 'DriftWorkflow').properties.LogGroupName).toBe(
      '/aws/vendedlogs/states/mlops/bank-marketing-dev/monitor',
    );
  });

  it('may call its two functions', () => {
    const role = roleOf(one(ALONE, 'AWS::StepFunctions::StateMachine'), 'RoleArn');
    const called = rightsOf(ALONE, role).filter((right) => right.startsWith('lambda:'));
    const functions = ['DriftGroundTruth', 'DriftMonitor'].map(
      (name) => one(ALONE, 'AWS::Lambda::Function', name).id,
    );
    expect(called).toEqual(functions.map((id) => `lambda:InvokeFunction on ${id}`));
  });

  it('makes what is missing beside the store: a bus, a topic, a secret', () => {
    for (const type of ['AWS::Events::EventBus', 'AWS::SNS::Topic', 'AWS::SecretsManager::Secret'])
      expect(one(ALONE, type).id).toMatch(/^Drift/);
  });

  it('makes nothing that it is given', () => {
    const stack = foreignStack();
    new DriftMonitor(stack, 'Drift', { config, bindings: allBindings(stack, config) });
    for (const type of ['AWS::Events::EventBus', 'AWS::SNS::Topic', 'AWS::SecretsManager::Secret'])
      expect(one(stack, type).id).not.toMatch(/^Drift/);
  });

  it('tells people when a watch fails: nobody else would see that nothing is judged', () => {
    const alarms = found(ALONE, 'AWS::CloudWatch::Alarm').filter(
      ({ properties }) => properties.MetricName === 'ExecutionsFailed',
    );
    expect(alarms).toHaveLength(1);
    expect(shown(at(alarms[0]?.properties, 'AlarmActions', 0))).toBe(one(ALONE, 'AWS::SNS::Topic').id);
  });

  it('keeps data and keys under the customer key where the environment has one', async () => {
    const prod = await exampleConfig('prod');
    const stack = foreignStack();
    new DriftMonitor(stack, 'Drift', {
      config: prod,
      bindings: { store: new ArtifactStore(stack, 'Store', { config: prod }) },
    });
    const key = one(stack, 'AWS::KMS::Key').id;
    expect(shown(at(one(stack, 'AWS::Scheduler::Schedule').properties, 'KmsKeyArn'))).toBe(key);
    expect(
      shown(
        at(one(stack, 'AWS::StepFunctions::StateMachine').properties, 'EncryptionConfiguration', 'KmsKeyId'),
      ),
    ).toBe(key);
  });
});
