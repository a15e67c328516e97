import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RuntimeFailure } from '../../core/errors.ts';
import { failureOf } from './failure.ts';

/** Reads a secret of Secrets Manager. */
export async function readSecretValue(arn: string): Promise<string> {
  const { SecretString } = await new SecretsManagerClient({})
    .send(new GetSecretValueCommand({ SecretId: arn }))
    .catch((error: unknown) => {
      throw failureOf('secret', error, 'reading the secret of the pseudonyms');
    });
  if (SecretString) return SecretString;
  throw new RuntimeFailure('secret/empty', 'the secret of the pseudonyms has no text');
}
