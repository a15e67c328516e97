import { WILDCARDS } from '../../constructs/aws/permissions/wildcards.ts';
import {
  at,
  type Located,
  listOf,
  resourcesOf,
  type Stacks,
  type Statement,
  statementsOf,
} from '../support/template.ts';
import { type Check, checkEach } from './check.ts';

const ALLOWED = new Set(WILDCARDS.map(({ action }) => action));

interface Granted {
  readonly id: string;
  readonly statement: Statement;
}

/** Every Allow statement of an identity's policy. */
export function grantedStatements(stacks: Stacks): Granted[] {
  const policies = resourcesOf(stacks, 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Role');
  return policies.flatMap((policy) =>
    documentsOf(policy)
      .flatMap(statementsOf)
      .filter(({ Effect }) => Effect === 'Allow')
      .map((statement) => ({ id: policy.id, statement })),
  );
}

function documentsOf({ type, properties }: Located): unknown[] {
  return type === 'AWS::IAM::Role'
    ? listOf(properties.Policies).map((policy) => at(policy, 'PolicyDocument'))
    : [properties.PolicyDocument];
}

/** No action and no resource is a wildcard, but for the actions that know no resources, listed with their reasons. */
export const noWildcards: Check = (stacks) =>
  checkEach(grantedStatements(stacks), ({ statement }) => {
    const actions = listOf(statement.Action).map(String);
    const everything = listOf(statement.Resource).includes('*');
    return [
      ...actions.map((action) => action.includes('*') && `action ${action}`),
      ...actions.map((action) => everything && !ALLOWED.has(action) && `${action} on *`),
    ];
  });

/** Nobody is given a managed policy: it is wider than what is used. */
export const noManagedPolicies: Check = (stacks) =>
  checkEach(resourcesOf(stacks, 'AWS::IAM::Role', 'AWS::IAM::User'), ({ properties, type }) => [
    listOf(properties.ManagedPolicyArns).length > 0 && 'managed policies',
    type === 'AWS::IAM::User' && 'a user: static credentials',
  ]);

/** A service that acts for us says for whom: a role that any account could make it use is a confused deputy. */
export const confinedServices: Check = (stacks) =>
  checkEach(resourcesOf(stacks, 'AWS::IAM::Role'), ({ properties }) =>
    statementsOf(properties.AssumeRolePolicyDocument).map((statement) => {
      const services = listOf(at(statement.Principal, 'Service')).map(String);
      const confined = ['aws:SourceAccount', 'aws:SourceArn', 'sts:ExternalId'].some((key) =>
        Object.values(statement.Condition ?? {}).some((values) => key in values),
      );
      const shared = services.filter((service) => /^(scheduler|firehose|events|states)\./.test(service));
      return shared.length > 0 && !confined && `${shared.join()} for any account`;
    }),
  );

/** What others may do with a resource needs a condition: a principal `*` without one is everybody. */
export const noPublicPolicies: Check = (stacks) =>
  checkEach(
    resourcesOf(
      stacks,
      'AWS::S3::BucketPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::SNS::TopicPolicy',
      'AWS::Events::EventBusPolicy',
      'AWS::SecretsManager::ResourcePolicy',
    ),
    ({ properties }) =>
      statementsOf(properties.PolicyDocument ?? at(properties, 'ResourcePolicy')).map((statement) => {
        const everybody = statement.Principal === '*' || at(statement.Principal, 'AWS') === '*';
        return everybody && statement.Effect === 'Allow' && 'allows everybody';
      }),
  );
