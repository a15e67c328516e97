import { describe, expect, it } from 'vitest';
import { rightsOf } from './rights.ts';
import type { AppliedStack } from './stack.ts';

const ACCOUNT = 'train@p.iam.gserviceaccount.com';
const SECRET = 'projects/p/secrets/pseudonyms';
const member = `serviceAccount:${ACCOUNT}`;
const GRANTS: Readonly<Record<string, readonly object[]>> = {
  google_storage_managed_folder_iam_member: [
    { managed_folder: 'runs/', role: 'roles/storage.objectCreator', member },
    { managed_folder: 'features/', role: 'roles/storage.objectViewer', member },
    { managed_folder: 'snapshots/', role: 'roles/storage.objectUser', member },
  ],
  google_pubsub_topic_iam_member: [{ topic: 'events', role: 'roles/pubsub.publisher', member }],
  google_secret_manager_secret_iam_member: [
    { secret_id: SECRET, role: 'roles/secretmanager.secretAccessor', member },
  ],
};
const stack: AppliedStack = {
  functions: [],
  all: (type) => (GRANTS[type] ?? []) as ReturnType<AppliedStack['all']>,
  one: () => ({}),
};
const decide = rightsOf(stack, async (object) => object.endsWith('/old'));
const upload = (name: string, more = '') => `/upload/storage/v1/b/b/o?uploadType=media&name=${name}${more}`;
const object = (name: string) => `/storage/v1/b/b/o/${encodeURIComponent(name)}`;

describe('the rights of an account', () => {
  it.each([
    ['GET', object('features/a')],
    ['GET', '/storage/v1/b/b/o?prefix=features%2F'],
    ['POST', upload('runs/new')],
    ['POST', upload('runs/old', '&ifGenerationMatch=0')],
    ['POST', upload('snapshots/old')],
    ['DELETE', object('snapshots/a')],
    ['POST', '/v1/projects/p/topics/events:publish'],
    ['GET', `/v1/${SECRET}/versions/latest:access`],
  ])('allow %s %s', async (method, path) => {
    expect(await decide({ method, path, account: ACCOUNT })).toBeUndefined();
  });

  it.each([
    ['GET', object('models/a')],
    ['GET', '/storage/v1/b/b/o?prefix='],
    ['GET', object('runs/new')],
    ['POST', upload('runs/old')],
    ['POST', upload('features/new')],
    ['DELETE', object('runs/old')],
    ['POST', '/v1/projects/p/topics/retraining:publish'],
    ['GET', '/v1/projects/p/secrets/other/versions/latest:access'],
  ])('does not allow %s %s', async (method, path) => {
    expect(await decide({ method, path, account: ACCOUNT })).toContain(ACCOUNT);
  });

  it('belongs to nobody else', async () => {
    expect(await decide({ method: 'GET', path: object('features/a'), account: 'eve@p.com' })).toBeDefined();
  });
});
