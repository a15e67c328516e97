/** Types of resources that AWS does not charge for, each with the reason. */

const IAM = 'IAM is free';
const POLICY = 'a policy of another resource, which is free';
const CODE = 'part of a function; code is stored free up to 75 GB in an account';
const PART = 'part of an API, which is charged by its requests';
const SECURITY_GROUP = 'security groups are free';
const CODE_DEPLOY = 'CodeDeploy is free for Lambda (aws.amazon.com/codedeploy/pricing)';
const CATALOGUE = 'the catalogue is free up to a million objects (aws.amazon.com/glue/pricing)';

export const FREE: Readonly<Record<string, string>> = {
  'AWS::IAM::Role': IAM,
  'AWS::IAM::Policy': IAM,
  'AWS::IAM::ManagedPolicy': IAM,
  'AWS::S3::BucketPolicy': POLICY,
  'AWS::SNS::TopicPolicy': POLICY,
  'AWS::SQS::QueuePolicy': POLICY,
  'AWS::Events::EventBusPolicy': POLICY,
  'AWS::Lambda::Permission': POLICY,
  'AWS::Lambda::Version': CODE,
  'AWS::Lambda::Alias': CODE,
  'AWS::Lambda::EventInvokeConfig': CODE,
  'AWS::ApiGatewayV2::Integration': PART,
  'AWS::ApiGatewayV2::Route': PART,
  'AWS::ApiGatewayV2::Stage': PART,
  'AWS::ApiGatewayV2::Authorizer': PART,
  'AWS::EC2::SecurityGroup': SECURITY_GROUP,
  'AWS::EC2::SecurityGroupEgress': SECURITY_GROUP,
  'AWS::EC2::SecurityGroupIngress': SECURITY_GROUP,
  'AWS::CodeDeploy::Application': CODE_DEPLOY,
  'AWS::CodeDeploy::DeploymentGroup': CODE_DEPLOY,
  'AWS::Glue::Database': CATALOGUE,
  'AWS::Glue::Table': CATALOGUE,
  'AWS::Logs::LogStream': 'charged with its log group',
  'AWS::KMS::Alias': 'a name of a key',
  'AWS::Scheduler::ScheduleGroup': 'charged by the starts of its schedules',
  'AWS::SNS::Subscription': 'charged with its topic',
  'AWS::Events::Rule': 'rules are free; events are charged on their bus, and those of AWS services are free',
  'AWS::SageMaker::ModelPackageGroup': 'the registry is free; files are charged where they are stored',
  'AWS::Budgets::Budget':
    'budgets without actions are free (aws.amazon.com/aws-cost-management/aws-budgets/pricing)',
};
