import { vi } from 'vitest';

/** Where the SDK looks for credentials and regions; all of it leads nowhere. */
const NOWHERE: Readonly<Record<string, string>> = {
  AWS_CONFIG_FILE: '/nonexistent/config',
  AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials',
  AWS_EC2_METADATA_DISABLED: 'true',
};
const UNSET = [
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
];

/** Until `vi.unstubAllEnvs()`, this process has no credentials, no region, and no file that could give them. */
export function withoutCredentials(): void {
  for (const [name, value] of Object.entries(NOWHERE)) vi.stubEnv(name, value);
  for (const name of UNSET) vi.stubEnv(name, undefined);
}
