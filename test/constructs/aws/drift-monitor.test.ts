import { describe, expect, it } from 'vitest';
import { ArtifactStore } from '../../../constructs/aws/artifact-store.ts';
import { compileMonitorPipeline } from '../../../constructs/aws/compile-pipeline.ts';
import { DriftMonitor } from '../../../constructs/aws/drift-monitor.ts';
import { at } from '../../support/template.ts';
import { allBindings, exampleConfig, foreignStack, found, one, shown } from './example.ts';

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
  it('is the compiled definition, logged under a name of its own', () => {
    const machine = one(ALONE, 'AWS::StepFunctions::StateMachine');
    expect(JSON.parse(String(machine.properties.DefinitionString))).toEqual(compileMonitorPipeline());
    expect(one(ALONE, 'AWS::Logs::LogGroup', 'DriftWorkflow').properties.LogGroupName).toBe(
      '/aws/vendedlogs/states/mlops/bank-marketing-dev/monitor',
    );
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
});
