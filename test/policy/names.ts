import { type Located, resourcesOf } from '../support/template.ts';
import { type Check, checkEach } from './check.ts';

/**
 * Properties that give a resource a name of the account or the region. Two resources of one name cannot exist, so one
 * that stays behind makes the next create fail.
 */
export const NAME_OF: Readonly<Record<string, (properties: Located['properties']) => unknown>> = {
  'AWS::Budgets::Budget': ({ Budget }) => (Budget as { BudgetName?: unknown } | undefined)?.BudgetName,
  'AWS::CloudWatch::Alarm': ({ AlarmName }) => AlarmName,
  'AWS::CloudWatch::Dashboard': ({ DashboardName }) => DashboardName,
  'AWS::CodeDeploy::Application': ({ ApplicationName }) => ApplicationName,
  'AWS::Events::Rule': ({ Name }) => Name,
  'AWS::Glue::Database': ({ DatabaseInput }) => (DatabaseInput as { Name?: unknown } | undefined)?.Name,
  'AWS::Glue::Table': ({ TableInput }) => (TableInput as { Name?: unknown } | undefined)?.Name,
  'AWS::IAM::Role': ({ RoleName }) => RoleName,
  'AWS::KMS::Alias': ({ AliasName }) => AliasName,
  'AWS::KinesisFirehose::DeliveryStream': ({ DeliveryStreamName }) => DeliveryStreamName,
  'AWS::Lambda::Function': ({ FunctionName }) => FunctionName,
  'AWS::Logs::LogGroup': ({ LogGroupName }) => LogGroupName,
  'AWS::S3::Bucket': ({ BucketName }) => BucketName,
  'AWS::SNS::Topic': ({ TopicName }) => TopicName,
  'AWS::SQS::Queue': ({ QueueName }) => QueueName,
  'AWS::SageMaker::FeatureGroup': ({ FeatureGroupName }) => FeatureGroupName,
  'AWS::SageMaker::ModelPackageGroup': ({ ModelPackageGroupName }) => ModelPackageGroupName,
  'AWS::Scheduler::Schedule': ({ Name }) => Name,
  'AWS::SecretsManager::Secret': ({ Name }) => Name,
  'AWS::StepFunctions::StateMachine': ({ StateMachineName }) => StateMachineName,
};

/**
 * A first create that is rolled back can be repeated, and the model stack can be destroyed and made anew: nothing with a
 * name stays behind, but for what the data stack keeps after it was made.
 */
export const repeatable: Check = (stacks) =>
  checkEach(resourcesOf(stacks), ({ type, stack, properties, resource }) => {
    const { DeletionPolicy: deletion } = resource;
    const named = NAME_OF[type]?.(properties) !== undefined;
    return [
      deletion === 'Retain' && 'stays behind when its create is rolled back: RetainExceptOnCreate',
      named &&
        stack === 'model' &&
        (deletion ?? 'Delete') !== 'Delete' &&
        'has a name and outlives the model stack, which then cannot be made anew',
    ];
  });
