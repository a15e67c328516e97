import { createRequire } from 'node:module';
import {
  at,
  type Located,
  listOf,
  resourcesOf,
  type Stacks,
  statementsOf,
  targetsOf,
} from '../support/template.ts';
import { type Check, checkEach } from './check.ts';

/** Actions that put something into a resource, and those that take it out. */
const WRITES = [
  's3:PutObject',
  'sqs:SendMessage',
  'sns:Publish',
  'events:PutEvents',
  'firehose:PutRecordBatch',
  'sagemaker:PutRecord',
  'sagemaker:CreateModelPackage',
];
const READS = [
  's3:GetObject',
  'secretsmanager:GetSecretValue',
  'sagemaker:GetRecord',
  'sagemaker:DescribeModelPackage',
];

/** What holds something, and who reads or writes it beside the functions: a managed consumer, or a person. */
const STATEFUL: Readonly<Record<string, { readonly writer?: string; readonly reader?: string }>> = {
  'AWS::S3::Bucket': {},
  'AWS::SQS::Queue': { reader: 'the alarm on its messages tells a person, who moves them back (redrive)' },
  'AWS::SNS::Topic': { reader: 'the subscribers of alertTo' },
  'AWS::Events::EventBus': { reader: 'its rules' },
  'AWS::KinesisFirehose::DeliveryStream': { reader: 'Firehose itself, into the artifact store' },
  'AWS::SecretsManager::Secret': { writer: 'Secrets Manager generates it' },
  'AWS::SageMaker::FeatureGroup': {},
  'AWS::SageMaker::ModelPackageGroup': {},
  'AWS::Glue::Table': { writer: 'ingest, through the artifact store that it describes', reader: 'Athena' },
};

/** Buckets that a service fills and a person reads. */
const ACCESS_LOGS = /AccessLogs/;

/** No ornament: everything that holds something is written by somebody and read by somebody. */
export const usedByBoth: Check = (stacks) => {
  const uses = actionsByTarget(stacks);
  return checkEach(resourcesOf(stacks, ...Object.keys(STATEFUL)), ({ id, type, name, properties }) => {
    if (ACCESS_LOGS.test(name)) return [];
    const { writer, reader } = STATEFUL[type] ?? {};
    const actions = new Set([...(uses.get(id) ?? []), ...namedActions(stacks, type, properties)]);
    return [
      writer === undefined && !WRITES.some((action) => actions.has(action)) && 'nobody writes it',
      reader === undefined && !READS.some((action) => actions.has(action)) && 'nobody reads it',
    ];
  });
};

/** Which actions any identity may do on each resource, by the resource's id. */
function actionsByTarget(stacks: Stacks): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const policy of resourcesOf(stacks, 'AWS::IAM::Policy'))
    for (const statement of statementsOf(policy.properties.PolicyDocument))
      for (const target of targetsOf(stacks, policy.stack, statement.Resource))
        found.set(target, new Set([...(found.get(target) ?? []), ...listOf(statement.Action).map(String)]));
  return found;
}

/** SageMaker's ARNs are written with names, not references. */
function namedActions(stacks: Stacks, type: string, properties: Located['properties']): string[] {
  const name = properties.FeatureGroupName ?? properties.ModelPackageGroupName;
  if (!type.startsWith('AWS::SageMaker::') || typeof name !== 'string') return [];
  return resourcesOf(stacks, 'AWS::IAM::Policy')
    .flatMap(({ properties: { PolicyDocument } }) => statementsOf(PolicyDocument))
    .filter(({ Resource }) => JSON.stringify(Resource).includes(`/${name}`))
    .flatMap(({ Action }) => listOf(Action).map(String));
}

/** A CommonJS module without types. */
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly isValid: boolean;
  readonly errorsText: (separator?: string) => string;
};

/** A state machine's definition with a stand-in for each reference. */
export function definitionOf({ properties }: Located): unknown {
  const body = properties.DefinitionString;
  const parts = typeof body === 'string' ? [body] : (at(body, 'Fn::Join', 1) as unknown[] | undefined);
  const text = (parts ?? [])
    .map((part) => (typeof part === 'string' ? part : 'arn:aws:lambda:eu-central-1:111111111111:function:x'))
    .join('');
  const substitutions = Object.keys(properties.DefinitionSubstitutions ?? {});
  return JSON.parse(
    substitutions.reduce(
      (whole, name) =>
        whole.replaceAll(`\${${name}}`, `arn:aws:lambda:eu-central-1:111111111111:function:${name}`),
      text,
    ),
  );
}

/** Every state machine is one by the language's own schema, and leaves no placeholder open. */
export const validWorkflows: Check = (stacks) =>
  checkEach(resourcesOf(stacks, 'AWS::StepFunctions::StateMachine'), (machine) => {
    const definition = definitionOf(machine);
    const { isValid, errorsText } = validate(definition);
    return [
      !isValid && errorsText(),
      JSON.stringify(definition).includes('${') && 'a placeholder without a value',
      at(definition, 'QueryLanguage') !== undefined && 'another query language than JSONPath',
    ];
  });
