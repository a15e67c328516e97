/** Servers of the serving benchmark, one per process: `bare` or `ours`. Prints its port when it listens. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { systemClock } from '../../lambdas/adapters/shared/clock.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { fitFeatures } from '../../lambdas/core/features/fit.ts';
import { startServer } from '../../lambdas/local/http-server.ts';
import { createScorer } from '../../lambdas/score/scorer.ts';
import { writeBundle } from '../../lambdas/stores/bundle.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { updateRelease } from '../../lambdas/stores/release.ts';
import { CONFIG } from '../score/fixture.ts';

const names = Array.from({ length: 14 }, (_, index) => `f${index}`);

/** A request parsed and an answer printed, with nothing between: the most that Node can do. */
function bare(): void {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { features, id } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        features: Record<string, number>;
        id: string;
      };
      const body = JSON.stringify({
        requestId: '1',
        model: { name: 'bench', version: 1, digest: '0'.repeat(64) },
        releaseSeq: 1,
        predictions: [{ id, score: features.f0, decision: true }],
      });
      response.writeHead(200, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

async function ours(modelFile: string, root: string): Promise<void> {
  const fields = names.map((name) => ({ kind: 'numeric', name, description: name }) as const);
  const config: ModelConfig = {
    ...CONFIG,
    name: 'bench',
    features: { version: 1, fields },
    serving: { ...CONFIG.serving, capture: { features: true, share: 0.1 } },
  };
  const columns = new Map(
    names.map((name) => [name, { kind: 'numeric', values: Float64Array.of(0, 1) }] as const),
  );
  const ports = createPorts({
    root,
    clock: systemClock,
    source: () => Promise.reject(new Error('there is no database here')),
  });
  const document = encodeJson({ schemaVersion: 1 });
  const digest = await writeBundle(
    ports,
    1,
    new Map([
      ['model.ubj', readFileSync(modelFile)],
      ['features.json', encodeJson(fitFeatures({ rows: 2, columns }, config.features))],
      ['profile.json', document],
      ['metrics.json', document],
      ['lineage.json', document],
    ]),
  );
  await updateRelease(ports.objects, ports.clock, 'first', (state) => ({
    ...state,
    champion: { version: 1, digest },
  }));
  const { url } = await startServer({ scorer: createScorer({ ports, config }), config });
  console.log(new URL(url).port);
}

const [kind, modelFile = '', root = ''] = process.argv.slice(2);
if (kind === 'bare') bare();
else await ours(modelFile, root);
