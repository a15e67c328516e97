/** Actions that IAM knows on no single resource, or only on those that do not exist yet. A test reads this list. */
export interface Wildcard {
  readonly action: string;
  readonly reason: string;
  /** The vendor's page. */
  readonly source: string;
}

const LOG_DELIVERY = 'docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html';
const NETWORK = 'docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html';
const XRAY = 'docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html';

const logDelivery = (action: string): Wildcard => ({
  action,
  reason: 'Step Functions sets up the delivery of its own logs; the action knows no resource',
  source: LOG_DELIVERY,
});

const network = (action: string): Wildcard => ({
  action,
  reason: 'Lambda makes the network interface of a function in a private network; it has no name before',
  source: NETWORK,
});

const xray = (action: string): Wildcard => ({
  action,
  reason: 'a trace is no resource of its own',
  source: XRAY,
});

export const WILDCARDS: readonly Wildcard[] = [
  ...[
    'logs:CreateLogDelivery',
    'logs:GetLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:ListLogDeliveries',
    'logs:PutResourcePolicy',
    'logs:DescribeResourcePolicies',
    'logs:DescribeLogGroups',
  ].map(logDelivery),
  ...[
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ].map(network),
  ...[
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
  ].map(xray),
];

/** The listed actions of one kind. */
export const wildcardActions = (prefix: 'logs:' | 'ec2:' | 'xray:'): readonly string[] =>
  WILDCARDS.map(({ action }) => action).filter((action) => action.startsWith(prefix));
