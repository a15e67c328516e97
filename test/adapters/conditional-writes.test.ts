/** The adapters understand the statuses of a conditional write as the fake does, which the simulation trusts. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createObjectStore as createBlobStore } from '../../lambdas/adapters/azure/object-store.ts';
import { createObjectStore as createCloudStore } from '../../lambdas/adapters/gcp/object-store.ts';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { Condition, ConditionalWrite, ObjectStore } from '../../lambdas/ports/object-store.ts';
import { type Answer, type Cloud, conditionalWrite } from '../support/fake-objects.ts';
import { type Reply, type ScriptedServer, startScriptedServer } from '../support/scripted-server.ts';

const ABSENT: Condition = { kind: 'absent' };
const AT_7: Condition = { kind: 'version', version: '7' };

/** Answers of a service that is reached, as status and name. */
const ANSWERS: Readonly<Record<Exclude<Cloud, 's3'>, readonly (readonly [number, string?])[]>> = {
  gcs: [[200], [400], [403], [412], [429], [500], [502], [503], [504]],
  azure: [[201], [400], [403], [409, 'BlobAlreadyExists'], [412, 'ConditionNotMet'], [429], [500], [503]],
};

/** What a caller learns: the outcome, or the code of the failure and whether to try again. */
async function learnt(write: () => Promise<ConditionalWrite> | ConditionalWrite): Promise<string> {
  try {
    return (await write()).outcome;
  } catch (error) {
    return error instanceof RuntimeFailure ? `${error.code} ${error.retryable}` : String(error);
  }
}

describe('a conditional write', () => {
  let server: ScriptedServer;
  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.stop());

  function storeOf(cloud: Exclude<Cloud, 's3'>): ObjectStore {
    const clock = createVirtualClock(0);
    const token = { get: async () => 't', renew: async () => 't' };
    return cloud === 'gcs'
      ? createCloudStore({ bucket: 'b', clock, token, endpoint: server.endpoint })
      : createBlobStore({ container: `${server.endpoint}/c`, clock, token });
  }

  it.each(['gcs', 'azure'] as const)(
    'has the meaning that the fake has for each status of %s',
    async (cloud) => {
      const replies: readonly (readonly [Answer, Reply])[] = [
        [{ lost: new Error('reset') }, 'cut'],
        ...ANSWERS[cloud].map(([status, code]): readonly [Answer, Reply] => [
          { status, ...(code !== undefined && { code }), ...(status < 300 && { version: '8' }) },
          {
            status,
            headers: { etag: '8', ...(code !== undefined && { 'x-ms-error-code': code }) },
            body: '{"generation":"8"}',
          },
        ]),
      ];
      for (const [answer, reply] of replies)
        for (const condition of [ABSENT, AT_7]) {
          server.answer(reply);
          const adapter = await learnt(() => storeOf(cloud).tryPut('k', Buffer.from('x'), condition));
          const fake = await learnt(() => conditionalWrite(cloud, condition, answer));
          expect([answer, condition, adapter]).toEqual([answer, condition, fake]);
          expect(server.requests).toHaveLength(1);
        }
    },
  );
});
