import { at, type Located, listOf, resourcesOf, type Stacks } from '../../../support/template.ts';
import type { Labelled, Named } from '../reader.ts';

/** Types without tags in CloudFormation, or left without them for the reasons that stacks/aws/model-stage.ts has. */
const UNTAGGED: ReadonlySet<string> = new Set([
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::Glue::Database',
  'AWS::Glue::Table',
  'AWS::IAM::Policy',
  'AWS::KMS::Alias',
  'AWS::Lambda::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Version',
  'AWS::Logs::LogStream',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
  'AWS::SageMaker::FeatureGroup',
  'AWS::Scheduler::Schedule',
]);

export const labelledIn = (stacks: Stacks): Labelled[] =>
  resourcesOf(stacks)
    .filter(({ type }) => !UNTAGGED.has(type))
    .map(({ id, properties }) => {
      const { 'mlops:model': model, 'mlops:environment': environment, ...others } = tagsOf(properties);
      return { id, model, environment, others };
    });

/** A list of keys and values, or a record of them. */
function tagsOf({ Tags, ResourceTags }: Located['properties']): Readonly<Record<string, string>> {
  const tags = Tags ?? ResourceTags ?? {};
  const pairs = Array.isArray(tags)
    ? listOf(tags).map((tag) => [String(at(tag, 'Key')), String(at(tag, 'Value'))] as const)
    : Object.entries(tags).map(([key, value]) => [key, String(value)] as const);
  return Object.fromEntries(pairs);
}

/** Where a type has its name, and the form that its service's reference gives. */
const NAMES: Readonly<Record<string, readonly [path: readonly string[], allowed: RegExp]>> = {
  // docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
  'AWS::Logs::LogGroup': [['LogGroupName'], /^[\w./#-]{1,512}$/],
  // docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html
  'AWS::ApiGatewayV2::Api': [['Name'], /^.{1,128}$/],
  // docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateFeatureGroup.html
  'AWS::SageMaker::FeatureGroup': [['FeatureGroupName'], /^[a-zA-Z0-9](_*-*[a-zA-Z0-9]){0,63}$/],
  // docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateModelPackageGroup.html
  'AWS::SageMaker::ModelPackageGroup': [['ModelPackageGroupName'], /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/],
  // docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
  'AWS::Glue::Database': [['DatabaseInput', 'Name'], /^[a-z0-9_]{1,255}$/],
};

export const namesIn = (stacks: Stacks): Named[] =>
  Object.entries(NAMES).flatMap(([type, [path, allowed]]) =>
    resourcesOf(stacks, type).flatMap(({ id, properties }) => {
      const name = at(properties, ...path);
      return typeof name === 'string' ? [{ id, name, allowed }] : [];
    }),
  );
