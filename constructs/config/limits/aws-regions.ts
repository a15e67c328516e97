/** Written by `npm run regions`; not to be edited. */

import type { AwsType } from './aws-types.ts';

/** Source of this table: the regional schemas of CloudFormation in this release of cfn-lint. */
export const REGION_SCHEMAS = { source: 'cfn-lint 1.58.0', released: '2026-10-20' } as const;

/** Types of `AWS_TYPES` that CloudFormation lacks, by region. A region without a row has no schemas. */
export const MISSING_TYPES: Readonly<Record<string, readonly AwsType[]>> = {
  'af-south-1': ['AWS::Budgets::Budget'],
  'ap-east-1': ['AWS::Budgets::Budget'],
  'ap-east-2': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup', 'AWS::SageMaker::ModelPackageGroup'],
  'ap-northeast-1': [],
  'ap-northeast-2': [],
  'ap-northeast-3': ['AWS::Budgets::Budget'],
  'ap-south-1': [],
  'ap-south-2': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup', 'AWS::SageMaker::ModelPackageGroup'],
  'ap-southeast-1': [],
  'ap-southeast-2': [],
  'ap-southeast-3': ['AWS::Budgets::Budget'],
  'ap-southeast-4': [
    'AWS::Budgets::Budget',
    'AWS::SageMaker::FeatureGroup',
    'AWS::SageMaker::ModelPackageGroup',
  ],
  'ap-southeast-5': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'ap-southeast-6': [
    'AWS::Budgets::Budget',
    'AWS::SageMaker::FeatureGroup',
    'AWS::SageMaker::ModelPackageGroup',
  ],
  'ap-southeast-7': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'ca-central-1': [],
  'ca-west-1': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'cn-north-1': ['AWS::SageMaker::ModelPackageGroup'],
  'cn-northwest-1': ['AWS::SageMaker::ModelPackageGroup'],
  'eu-central-1': [],
  'eu-central-2': ['AWS::Budgets::Budget'],
  'eu-north-1': ['AWS::Budgets::Budget'],
  'eu-south-1': ['AWS::Budgets::Budget'],
  'eu-south-2': ['AWS::Budgets::Budget'],
  'eu-west-1': [],
  'eu-west-2': [],
  'eu-west-3': [],
  'eusc-de-east-1': [],
  'il-central-1': ['AWS::Budgets::Budget'],
  'me-central-1': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'mx-central-1': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'sa-east-1': [],
  'us-east-1': [],
  'us-east-2': [],
  'us-gov-east-1': [
    'AWS::Budgets::Budget',
    'AWS::SageMaker::FeatureGroup',
    'AWS::SageMaker::ModelPackageGroup',
  ],
  'us-gov-west-1': ['AWS::Budgets::Budget', 'AWS::SageMaker::FeatureGroup'],
  'us-west-1': [],
  'us-west-2': [],
};

/** Regions whose schemas are a copy of us-east-1's: nobody has published what they lack. */
export const UNVERIFIED_REGIONS: readonly string[] = ['eusc-de-east-1'];
