import { RuntimeFailure } from '../../core/errors.ts';
import { type RestService, serviceClient } from '../shared/rest-service.ts';

export interface SecretOptions extends RestService {
  /** `https://<vault>.vault.azure.net/secrets/<name>` */
  readonly secret: string;
}

/** learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret */
const API_VERSION = '7.6';

/**
 * Reads the latest version of a secret of Key Vault. Vaults answer 403 for a secret that is disabled or not valid at
 * this time, too.
 *
 * @throws RuntimeFailure `secret/empty`
 */
export async function readVaultSecret({ secret, ...service }: SecretOptions): Promise<string> {
  const what = 'reading the secret of the pseudonyms';
  // The version is the path's last part, and empty for the latest.
  const url = `${secret}/?api-version=${API_VERSION}`;
  const answer = await serviceClient(service, 'secret').send({ method: 'GET', url, what });
  const { value } = answer.json() as { readonly value?: unknown };
  if (typeof value === 'string' && value !== '') return value;
  throw new RuntimeFailure('secret/empty', 'the secret of the pseudonyms has no text');
}
