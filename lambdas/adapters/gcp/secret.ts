import { RuntimeFailure } from '../../core/errors.ts';
import { serviceClient } from '../shared/rest-service.ts';
import { crc32c } from './crc32c.ts';
import type { GoogleService } from './google-service.ts';

export interface SecretOptions extends GoogleService {
  /** `projects/<project>/secrets/<secret>` */
  readonly secret: string;
}

const SECRET_MANAGER = 'https://secretmanager.googleapis.com';

/** cloud.google.com/secret-manager/docs/reference/rest/v1/AccessSecretVersionResponse */
interface AccessedVersion {
  readonly payload?: {
    /** Base64. */
    readonly data?: string;
    /** A whole number as a text. */
    readonly dataCrc32c?: string;
  };
}

/**
 * Reads the latest version of a secret of Secret Manager.
 *
 * @throws RuntimeFailure `secret/empty`, `secret/unavailable` (retryable) for a text that changed on the way
 */
export async function readGoogleSecret({
  secret,
  endpoint = SECRET_MANAGER,
  ...service
}: SecretOptions): Promise<string> {
  const what = 'reading the secret of the pseudonyms';
  const url = `${endpoint}/v1/${secret}/versions/latest:access`;
  const answer = await serviceClient(service, 'secret').send({ method: 'GET', url, what });
  const { data, dataCrc32c } = (answer.json() as AccessedVersion).payload ?? {};
  if (!data) throw new RuntimeFailure('secret/empty', 'the secret of the pseudonyms has no text');
  const bytes = Buffer.from(data, 'base64');
  if (dataCrc32c !== undefined && Number(dataCrc32c) !== crc32c(bytes))
    throw new RuntimeFailure('secret/unavailable', `${what}: its checksum is another`, { retryable: true });
  return bytes.toString('utf8');
}
