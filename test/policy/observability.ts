import { at, type Located, listOf, resourcesOf, type Stacks, targetsOf } from '../support/template.ts';
import { type Check, checkEach } from './check.ts';

interface Metric {
  readonly id: string;
  readonly stack: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly { readonly name: string; readonly value: unknown }[];
}

/** Which dimension of AWS's own metrics names which type of resource. */
const DIMENSION_TYPES: Readonly<Record<string, readonly string[]>> = {
  FunctionName: ['AWS::Lambda::Function'],
  Resource: ['AWS::Lambda::Function', 'AWS::Lambda::Alias'],
  ExecutedVersion: ['AWS::Lambda::Version'],
  StateMachineArn: ['AWS::StepFunctions::StateMachine'],
  QueueName: ['AWS::SQS::Queue'],
  ApiId: ['AWS::ApiGatewayV2::Api'],
  DeliveryStreamName: ['AWS::KinesisFirehose::DeliveryStream'],
  TopicName: ['AWS::SNS::Topic'],
  ScheduleGroup: ['AWS::Scheduler::ScheduleGroup'],
};

/**
 * Our own metrics, by what the functions emit: name and the dimensions beside it.
 * test/functions compares this with the lines that the functions write.
 */
export const EMITTED: Readonly<Record<string, readonly string[]>> = {
  requests: ['arm', 'environment', 'model'],
  failed: ['arm', 'environment', 'model'],
  latencyMs: ['arm', 'environment', 'model'],
  recordsLost: ['arm', 'environment', 'model'],
  scorePsi: ['environment', 'model'],
  driftedShare: ['environment', 'model'],
  memoryPercent: ['environment', 'model'],
  probeFailed: ['environment', 'model'],
};

/** Every metric that an alarm looks at, also those inside an expression. */
export function alarmMetrics(stacks: Stacks): Metric[] {
  return resourcesOf(stacks, 'AWS::CloudWatch::Alarm').flatMap((alarm) => [
    ...metricsIn(alarm, alarm.properties),
    ...listOf(alarm.properties.Metrics).flatMap((query) => {
      const stat = at(query, 'MetricStat', 'Metric');
      return stat === undefined ? [] : metricsIn(alarm, stat);
    }),
  ]);
}

function metricsIn({ id, stack }: Located, metric: unknown): Metric[] {
  const name = at(metric, 'MetricName');
  if (name === undefined) return [];
  return [
    {
      id,
      stack,
      namespace: String(at(metric, 'Namespace')),
      name: String(name),
      dimensions: listOf(at(metric, 'Dimensions')).map((one) => ({
        name: String(at(one, 'Name')),
        value: at(one, 'Value'),
      })),
    },
  ];
}

/** Every dimension names something that exists, and every metric of ours is one that a function emits. */
export const alarmsSeeSomething: Check = (stacks) => {
  const types = new Map(resourcesOf(stacks).map((one) => [one.id, one.type]));
  return checkEach(alarmMetrics(stacks), ({ stack, namespace, name, dimensions }) => {
    if (namespace === 'Mlops') {
      const wanted = EMITTED[name];
      if (wanted === undefined) return [`no function emits ${name}`];
      const got = dimensions.map((one) => one.name).sort();
      return [
        JSON.stringify(got) !== JSON.stringify(wanted) && `${name} has dimensions ${wanted}, not ${got}`,
      ];
    }
    if (dimensions.length === 0) return [`${namespace} ${name} of the whole account`];
    return dimensions.map((dimension) => {
      const allowed = DIMENSION_TYPES[dimension.name];
      if (allowed === undefined) return `${dimension.name} is not known to this check`;
      const found = targetsOf(stacks, stack, dimension.value).map((target) => types.get(target));
      return (
        !found.some((type) => type !== undefined && allowed.includes(type)) &&
        `${dimension.name} names nothing that exists`
      );
    });
  });
};

const isHeartbeat = (operator: unknown): boolean => String(operator).startsWith('LessThan');

/** Every alarm does something, is quiet without data unless it is a heartbeat, and says what to do. */
export const alarmsAct: Check = (stacks) =>
  checkEach(resourcesOf(stacks, 'AWS::CloudWatch::Alarm'), ({ properties }) => [
    listOf(properties.AlarmActions).length === 0 && 'tells nobody',
    (properties.TreatMissingData !== 'notBreaching') !== isHeartbeat(properties.ComparisonOperator) &&
      'goes off without data, or is a heartbeat that does not',
    !String(properties.AlarmDescription ?? '').includes('README.md#') && 'does not say what to do',
  ]);
