/** An app's runtime with ports that note what is done with them. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AzureContext, type AzureRuntime, azureRuntime } from '../../lambdas/runtime/azure.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { CONFIG } from '../score/fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

export const DOCUMENT = { schemaVersion: 1, codeVersion: '0.1.0', model: CONFIG };
const ENV = { WEBSITE_SITE_NAME: 'churn-dev-scoring', MLOPS_CONTAINER: 'c' };
/** The time of every world, in the last second of a minute. */
export const NOW = Date.UTC(2026, 2, 12, 19, 3, 59, 999);

export interface AzureBench {
  readonly runtime: AzureRuntime;
  readonly env: typeof ENV;
  /** Waits and writes, in their order. */
  readonly done: string[];
  /** Arguments of the calls that make ports. */
  readonly created: unknown[];
  readonly faults: { settle?: Error };
}

/** @param document - Content of the app's config.json. */
export function azureBench(document: unknown = DOCUMENT): AzureBench {
  const folder = mkdtempSync(join(tempDir(), 'app-'));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(document));
  const done: string[] = [];
  const created: unknown[] = [];
  const faults: { settle?: Error } = {};
  const runtime = azureRuntime(
    (env, config, write) => {
      const line = (level: string) => (event: string, fields: object) =>
        write(JSON.stringify({ level, event, ...fields }));
      created.push([env, config]);
      return {
        logger: { info: line('info'), warn: line('warn'), error: line('error') },
        clock: { now: () => NOW, sleep: async (ms: number) => void done.push(`slept ${ms}`) },
        secret: async () => 'secret',
        async settled() {
          done.push('settled');
          if (faults.settle) throw faults.settle;
        },
      } as unknown as CloudPorts; // the runtime uses nothing else
    },
    folder,
    ENV,
  );
  return { runtime, env: ENV, done, created, faults };
}

/** An invocation's context, with its lines. */
export function invocation(invocationId = 'i-1', triggerMetadata?: Readonly<Record<string, unknown>>) {
  const texts: string[] = [];
  const context: AzureContext & { triggerMetadata?: Readonly<Record<string, unknown>> } = {
    invocationId,
    functionName: 'events',
    log: (line) => void texts.push(line),
    ...(triggerMetadata && { triggerMetadata }),
  };
  const lines = () => texts.map((line): Record<string, unknown> => JSON.parse(line));
  return { context, texts, lines };
}
