import {
  at,
  type Located,
  listOf,
  resourcesOf,
  type Stacks,
  statementsOf,
  targetsOf,
} from '../support/template.ts';
import { type Check, type Checked, checkEach, together } from './check.ts';
import { KEY_OF } from './data-at-rest.ts';

/**
 * Actions on a key that a caller needs beside an action on a resource under it, by the vendor's page. StartExecution:
 * docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html; the others on the pages of the services' encryption.
 */
const NEEDED: readonly {
  readonly type: string;
  readonly action: RegExp;
  readonly kms: readonly string[];
}[] = [
  { type: 'AWS::StepFunctions::StateMachine', action: /^states:Start/, kms: ['Decrypt', 'GenerateDataKey'] },
  { type: 'AWS::S3::Bucket', action: /^s3:GetObject$/, kms: ['Decrypt'] },
  { type: 'AWS::S3::Bucket', action: /^s3:PutObject$/, kms: ['Decrypt', 'GenerateDataKey'] },
  { type: 'AWS::SNS::Topic', action: /^sns:Publish$/, kms: ['Decrypt', 'GenerateDataKey'] },
  { type: 'AWS::SQS::Queue', action: /^sqs:SendMessage$/, kms: ['Decrypt', 'GenerateDataKey'] },
  { type: 'AWS::Events::EventBus', action: /^events:PutEvents$/, kms: ['GenerateDataKey'] },
  { type: 'AWS::KinesisFirehose::DeliveryStream', action: /^firehose:PutRecord/, kms: ['GenerateDataKey'] },
  { type: 'AWS::SecretsManager::Secret', action: /^secretsmanager:GetSecretValue$/, kms: ['Decrypt'] },
];

interface Way {
  /** The policy's resource, as findings name it. */
  readonly id: string;
  /** The role that acts. */
  readonly role: string;
  readonly action: string;
  /** The encrypted resource and its key. */
  readonly target: string;
  readonly key: string;
  readonly kms: readonly string[];
}

/** The ways from each role by its actions to an encrypted resource and that resource's key. */
function waysOf(stacks: Stacks): Way[] {
  const encrypted = new Map(resourcesOf(stacks, ...Object.keys(KEY_OF)).map((one) => [one.id, one]));
  const keyOf = (one: Located) => targetsOf(stacks, one.stack, KEY_OF[one.type]?.(one.properties))[0];
  // A workflow reads and writes the data of its own runs in its role.
  const own = resourcesOf(stacks, 'AWS::StepFunctions::StateMachine').flatMap((machine) => {
    const key = keyOf(machine);
    return targetsOf(stacks, machine.stack, machine.properties.RoleArn).flatMap((role) =>
      key === undefined
        ? []
        : [
            {
              id: machine.id,
              role,
              action: 'run',
              target: machine.id,
              key,
              kms: ['Decrypt', 'GenerateDataKey'],
            },
          ],
    );
  });
  const called = resourcesOf(stacks, 'AWS::IAM::Policy').flatMap((policy) =>
    targetsOf(stacks, policy.stack, policy.properties.Roles).flatMap((role) =>
      statementsOf(policy.properties.PolicyDocument)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action, Resource }) =>
          targetsOf(stacks, policy.stack, Resource).flatMap((target) => {
            const found = encrypted.get(target);
            const key = found && keyOf(found);
            if (found === undefined || key === undefined) return [];
            return listOf(Action).flatMap((action) =>
              NEEDED.filter((one) => one.type === found.type && one.action.test(String(action))).map(
                ({ kms }) => ({ id: policy.id, role, action: String(action), target, key, kms }),
              ),
            );
          }),
        ),
    ),
  );
  return [...own, ...called];
}

/** Actions on each key that a role has, by `<role> <key>`. */
function heldKeys(stacks: Stacks): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  for (const policy of resourcesOf(stacks, 'AWS::IAM::Policy'))
    for (const role of targetsOf(stacks, policy.stack, policy.properties.Roles))
      for (const { Effect, Action, Resource } of statementsOf(policy.properties.PolicyDocument))
        for (const key of targetsOf(stacks, policy.stack, Resource)) {
          const actions = listOf(Action)
            .map(String)
            .filter((action) => action.startsWith('kms:'));
          if (Effect !== 'Allow' || actions.length === 0) continue;
          held.set(`${role} ${key}`, new Set([...(held.get(`${role} ${key}`) ?? []), ...actions]));
        }
  return held;
}

/**
 * Every role that starts, publishes, reads or writes something encrypted may use its key, and a role that may use a key
 * reaches something under it. `looked` counts the ways.
 */
export const callersHoldTheKey: Check = (stacks, { encryption }) => {
  const ways = waysOf(stacks);
  if (encryption === 'provider')
    return { looked: resourcesOf(stacks, 'AWS::IAM::Policy').length, findings: [] };
  const held = heldKeys(stacks);
  const reached = new Set(ways.map(({ role, key }) => `${role} ${key}`));
  return together(
    checkEach(ways, ({ role, action, target, key, kms }) =>
      kms.map(
        (one) =>
          held.get(`${role} ${key}`)?.has(`kms:${one}`) !== true &&
          `${role} may ${action} on ${target}, and not kms:${one} on ${key}`,
      ),
    ),
    checkEach(
      [...held.keys()].map((id) => ({ id })),
      ({ id }) => [!reached.has(id) && 'may use the key, and reaches nothing under it'],
    ),
    logsMayUseTheKey(stacks),
  );
};

/** The policy of each log group's key names that group by its name. */
function logsMayUseTheKey(stacks: Stacks): Checked {
  const keys = new Map(resourcesOf(stacks, 'AWS::KMS::Key').map((one) => [one.id, one]));
  return checkEach(resourcesOf(stacks, 'AWS::Logs::LogGroup'), ({ stack, properties }) =>
    targetsOf(stacks, stack, properties.KmsKeyId)
      .filter((id) => keys.has(id))
      .map((id) => {
        const patterns = statementsOf(keys.get(id)?.properties.KeyPolicy).flatMap(({ Condition }) =>
          listOf(at(Condition, 'ArnLike', 'kms:EncryptionContext:aws:logs:arn')).map((one) =>
            JSON.stringify(one),
          ),
        );
        const name = String(properties.LogGroupName);
        const allowed = patterns.some((pattern) => {
          const prefix = /log-group:([^"*]+)\*/.exec(pattern)?.[1];
          return prefix !== undefined && name.startsWith(prefix);
        });
        return !allowed && `${name} is encrypted with ${id}, whose policy does not name it`;
      }),
  );
}
