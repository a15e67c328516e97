import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createObjectStore as createBlobStore } from '../../lambdas/adapters/azure/object-store.ts';
import { createObjectStore } from '../../lambdas/adapters/gcp/object-store.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import { startServer } from '../../lambdas/local/http-server.ts';
import type { LambdaHandler } from '../../lambdas/runtime/aws.ts';
import type { HttpApiResponse } from '../../lambdas/runtime/aws-http.ts';
import type { CloudPorts, RegistryPorts } from '../../lambdas/runtime/host.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import { localConfig } from '../demo/short-run.ts';
import { CONTAINER_PATH, memoryBlobs } from '../support/azure-blobs.ts';
import { fakeIdentity, fakeVault, startAzure } from '../support/azure-fakes.ts';
import {
  framework,
  type RunningFunction,
  startFunction,
  unpackFunction,
} from '../support/functions-framework.ts';
import { startApp, unpackApp } from '../support/functions-host.ts';
import { fakeMetadata, fakePubsub, fakeSecret } from '../support/google-fakes.ts';
import { startGoogle } from '../support/google-server.ts';
import { fakeStorage } from '../support/google-storage.ts';
import { ADA } from './azure-events.ts';
import { setFolder } from './cloud.ts';
import { httpEvent } from './events.ts';
import { trainApproved } from './trained.ts';

const shared = vi.hoisted((): { aws: CloudPorts | undefined; gcp: CloudPorts | undefined } => ({
  aws: undefined,
  gcp: undefined,
}));
vi.mock('../../lambdas/adapters/aws/create-ports.ts', () => ({ createPorts: () => shared.aws }));
vi.mock('../../lambdas/adapters/gcp/create-ports.ts', () => ({ createPorts: () => shared.gcp }));

const ROWS = 10_000;
const ROWS_A_REQUEST = 100;

describe('an answer to rows of one model', () => {
  const root = mkdtempSync(join(tmpdir(), 'mlops-bytes-'));
  const closing: (() => unknown)[] = [];
  let bodies: readonly string[];
  const ask: Record<'aws' | 'gcp' | 'azure' | 'local', (body: string, index: number) => Promise<string>> = {
    aws: async () => '',
    gcp: async () => '',
    azure: async () => '',
    local: async () => '',
  };
  afterAll(async () => {
    for (const close of closing) await close();
    rmSync(root, { recursive: true, force: true });
  });

  beforeAll(async () => {
    const trained = await trainApproved(await localConfig(), (ports) => {
      shared.gcp = ports;
    });
    const { config } = trained;
    const rows = Array.from({ length: ROWS }, (_, index) => {
      const one = trained.rows[index % trained.rows.length];
      return { id: `r${index}`, features: { ...one?.features, age: 18 + (index % 80) + index / ROWS } };
    });
    bodies = Array.from({ length: ROWS / ROWS_A_REQUEST }, (_, index) =>
      JSON.stringify({
        rows: rows.slice(index * ROWS_A_REQUEST, (index + 1) * ROWS_A_REQUEST),
        reasons: index % 10 === 0,
      }),
    );
    const store = () => {
      throw new Error('there is no database here');
    };
    const local = createPorts({ root: join(root, 'store'), clock: systemClock, source: store });
    for (const [key, bytes] of trained.objects) await local.objects.write(key, [bytes]);
    const { versions } = await readIndex(local);
    const digest = versions[0]?.digest ?? '';
    await updateRelease(local.objects, systemClock, 'first', (state) => ({
      ...state,
      champion: { version: 1, digest },
    }));

    const server = await startServer({
      scorer: createScorer({ ports: local, config, secret: 'secret' }),
      config,
    });
    closing.push(() => server.close());
    ask.local = (body, index) => posted(server.url, body, index);

    const google = await startGoogle([
      fakeMetadata(),
      fakePubsub().fake,
      fakeSecret('secret'),
      fakeStorage().fake,
    ]);
    closing.push(() => google.close());
    const objects = createObjectStore({ ...google.service, bucket: 'b' });
    for await (const key of local.objects.list('')) {
      const found = await local.objects.get(key);
      if (found !== undefined) await objects.write(key, [found.bytes]);
    }
    const onCloudRun: RunningFunction = await startFunction(
      framework,
      unpackFunction(root, 'score', config),
      {
        K_SERVICE: 'score',
        GCE_METADATA_HOST: new URL(google.url).host,
        MLOPS_GOOGLE_ENDPOINT: google.url,
        MLOPS_BUCKET: 'b',
        MLOPS_PREDICTIONS_TOPIC: 'projects/p/topics/predictions',
        MLOPS_SECRET: 'projects/p/secrets/s',
      },
    );
    closing.push(() => onCloudRun.stop());
    ask.gcp = (body, index) => posted(onCloudRun.url, body, index);

    const blobs = memoryBlobs();
    const azure = await startAzure([fakeIdentity('s3cr3t'), fakeVault('secret'), blobs.fake]);
    closing.push(() => azure.close());
    const container = `${azure.url}${CONTAINER_PATH}`;
    const onAzure = createBlobStore({ ...azure.service, container });
    for await (const key of local.objects.list('')) {
      const found = await local.objects.get(key);
      if (found !== undefined) await onAzure.write(key, [found.bytes]);
    }
    const app = await startApp(unpackApp(root, 'scoring', config), {
      IDENTITY_ENDPOINT: `${azure.url}/msi/token`,
      IDENTITY_HEADER: 's3cr3t',
      MLOPS_CONTAINER: container,
      MLOPS_SECRET: `${azure.url}/secrets/pseudonyms`,
    });
    closing.push(() => app.stop());
    ask.azure = (body, index) => posted(app.url, body, index, { authorization: `Bearer ${ADA}` });

    const awsPorts: RegistryPorts = {
      ...local,
      secret: async () => 'secret',
      endpoint: { post: store },
      describeVersion: store,
    };
    shared.aws = awsPorts;
    closing.push(setFolder(unpackFunction(root, 'score', config)));
    const { handler } = (await import('../../lambdas/score/aws.ts')) as {
      handler: LambdaHandler<HttpApiResponse>;
    };
    ask.aws = async (body, index) => {
      const event = httpEvent('POST', '/score', JSON.parse(body)) as { readonly headers: object };
      const headers = { ...event.headers, 'x-request-id': `request-${index}` };
      const answer = await handler({ ...event, headers }, { awsRequestId: 'r' });
      expect(answer.statusCode).toBe(200);
      return answer.body;
    };
  });

  async function posted(url: string, body: string, index: number, caller = {}): Promise<string> {
    const headers = { 'content-type': 'application/json', 'x-request-id': `request-${index}`, ...caller };
    const answer = await fetch(`${url}/score`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    return answer.text();
  }

  it('is the same on AWS, Google Cloud, Azure and one machine, byte for byte, for 10,000 rows', async () => {
    let bytes = 0;
    let scored = 0;
    for (const [index, body] of bodies.entries()) {
      const [aws, gcp, azure, local] = [
        await ask.aws(body, index),
        await ask.gcp(body, index),
        await ask.azure(body, index),
        await ask.local(body, index),
      ];
      expect(gcp).toBe(aws);
      expect(azure).toBe(aws);
      expect(local).toBe(aws);
      bytes += Buffer.byteLength(aws);
      scored += (JSON.parse(aws) as { predictions: { score?: number }[] }).predictions.filter(
        ({ score }) => score !== undefined,
      ).length;
    }
    expect(scored).toBeGreaterThan(ROWS * 0.9);
    process.stdout.write(
      `same bytes on aws, gcp, azure and local: ${scored} of ${ROWS} rows scored, ${bytes} bytes\n`,
    );
  });
});
