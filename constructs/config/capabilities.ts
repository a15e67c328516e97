/**
 * Capabilities of each cloud in each tier, as data. Each has the types of resources that it is made of, or the reason why
 * it is not there. A test makes every construct alone and requires these types; a table of stacks/aws/README.md is made of this.
 */

export type TargetCloud = 'aws' | 'gcp' | 'azure';
export type Tier = 'small' | 'large';

/** Types of resources, or why there are none. */
export type Offer = { readonly resources: readonly string[] } | { readonly reason: string };

const later = (cloud: string): Readonly<Record<Tier, Offer>> => ({
  small: { reason: `${cloud} is not in this version` },
  large: { reason: `${cloud} is not in this version` },
});

/** On AWS in tier small; the large tier swaps engines and is not in this version. */
const aws = (...resources: readonly string[]): Offers => ({
  aws: { small: { resources }, large: { reason: 'tier large is not in this version' } },
  gcp: later('GCP'),
  azure: later('Azure'),
});

type Offers = Readonly<Record<TargetCloud, Readonly<Record<Tier, Offer>>>>;

/** A construct of several things: a cloud may have one and give a reason for the other. */
type InParts = { readonly parts: Readonly<Record<string, Offers>> };

/** By the construct that offers it. */
export const CAPABILITIES = {
  artifactStore: aws('AWS::S3::Bucket', 'AWS::S3::BucketPolicy'),
  featureStore: {
    parts: {
      offline: aws('AWS::Glue::Database', 'AWS::Glue::Table'),
      online: aws('AWS::SageMaker::FeatureGroup'),
    },
  },
  modelRegistry: aws('AWS::SageMaker::ModelPackageGroup'),
  pseudonymSecret: aws('AWS::SecretsManager::Secret'),
  csvExport: aws('AWS::Lambda::Function', 'AWS::EC2::SecurityGroup', 'AWS::Scheduler::Schedule'),
  trainingPipeline: aws(
    'AWS::Lambda::Function',
    'AWS::StepFunctions::StateMachine',
    'AWS::Scheduler::Schedule',
    'AWS::Events::Rule',
    'AWS::CloudWatch::Alarm',
  ),
  scoringApi: aws(
    'AWS::Lambda::Function',
    'AWS::Lambda::Alias',
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
    'AWS::CodeDeploy::DeploymentGroup',
  ),
  scoringProbe: aws(
    'AWS::Lambda::Function',
    'AWS::Scheduler::Schedule',
    'AWS::Events::Rule',
    'AWS::CloudWatch::Alarm',
  ),
  releaseController: aws('AWS::Lambda::Function', 'AWS::Events::Rule', 'AWS::Scheduler::Schedule'),
  rollbackAlarms: aws('AWS::CloudWatch::Alarm'),
  batchScoring: aws('AWS::Lambda::Function', 'AWS::Scheduler::Schedule'),
  driftMonitor: aws('AWS::Lambda::Function', 'AWS::StepFunctions::StateMachine', 'AWS::Scheduler::Schedule'),
  predictionLog: aws('AWS::KinesisFirehose::DeliveryStream', 'AWS::Logs::LogGroup'),
  modelEvents: aws('AWS::Events::EventBus', 'AWS::SQS::Queue'),
  notifications: aws('AWS::SNS::Topic', 'AWS::SNS::Subscription'),
  dashboard: aws('AWS::CloudWatch::Dashboard'),
  budget: aws('AWS::Budgets::Budget'),
} as const satisfies Readonly<Record<string, Offers | InParts>>;

/** A capability by the construct that offers it. */
export type Capability = keyof typeof CAPABILITIES;

/** One construct, or one part of it. */
export interface CapabilityRow {
  readonly construct: Capability;
  readonly part?: string;
  readonly offers: Offers;
}

/** The table with a row for each part. */
export const CAPABILITY_ROWS: readonly CapabilityRow[] = Object.entries(CAPABILITIES).flatMap(
  ([name, offers]): CapabilityRow[] => {
    const construct = name as Capability; // the keys of a literal are its type
    if (!('parts' in offers)) return [{ construct, offers }];
    return Object.entries(offers.parts).map(([part, own]) => ({ construct, part, offers: own }));
  },
);
