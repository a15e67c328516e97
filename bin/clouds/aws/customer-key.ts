import { type CheckOutcome, fail, pass } from '../../doctor/check.ts';
import { at } from '../value-at.ts';
import { deniedOrThrow } from './denied.ts';
import { loadOptional } from './optional-package.ts';
import { type ClientOptions, isNamed } from './sdk.ts';

/** Services that use the key in their own name: those in the policy of the key that constructs/aws/encryption-key.ts makes. */
export const KEY_USERS = [
  'budgets',
  'cloudwatch',
  'delivery.logs',
  'events',
  'firehose',
  'logs',
  'scheduler',
  'sns',
  'sqs',
] as const;

/** Whether the policy of a given key names every service that uses it; what they write is lost otherwise. */
export async function checkCustomerKey(
  keyArn: string,
  client: ClientOptions,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const { KMSClient, GetKeyPolicyCommand } = await loadOptional(
    () => import('@aws-sdk/client-kms'),
    '@aws-sdk/client-kms',
  );
  try {
    const { Policy = '{}' } = await new KMSClient(client).send(
      new GetKeyPolicyCommand({ KeyId: keyArn, PolicyName: 'default' }),
      { abortSignal: signal },
    );
    const allowed = servicesOf(JSON.parse(Policy));
    const missing = KEY_USERS.filter(
      (user) => !allowed.some((one) => one === user || one.startsWith(`${user}.`)), // logs.eu-central-1
    );
    return missing.length === 0
      ? pass(`the policy of ${keyArn} names every service that uses it`)
      : fail(
          `the policy of ${keyArn} does not name ${missing.join(', ')}: what they write is dropped or refused`,
          `allow ${missing.map((one) => `${one}.amazonaws.com`).join(', ')} kms:Decrypt and kms:GenerateDataKey, confined by aws:SourceAccount`,
        );
  } catch (error) {
    if (isNamed(error, 'NotFoundException'))
      return fail(`key ${keyArn} does not exist`, 'correct cloud.keyArn');
    return deniedOrThrow(error, 'kms:GetKeyPolicy', keyArn);
  }
}

/** The services that a policy allows something, without their domain. */
function servicesOf(policy: unknown): string[] {
  return [at(policy, 'Statement')]
    .flat()
    .filter((statement) => at(statement, 'Effect') === 'Allow')
    .flatMap((statement) => [at(statement, 'Principal', 'Service')].flat())
    .map((service) => String(service).replace(/\.amazonaws\.com(\.cn)?$/, ''));
}
