/** The sites of the stack: each archive as a process of the stand-in host, with its queue, its runs and its front door. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenToQueue, type QueueListener } from '../../support/azure/queue-listener.ts';
import type { Queues } from '../../support/azure/queues.ts';
import { type AzureServices, tokenClaims } from '../../support/azure/services.ts';
import {
  type QueuedMessage,
  queueFacts,
  type RunningApp,
  startApp,
  triggerOf,
} from '../../support/functions-host.ts';
import type { Sign } from '../../support/functions-http.ts';
import { program, run } from '../../support/tools.ts';
import type { AppliedApp, AppliedAzure, AppSignIn } from './stack.ts';

export interface Sites {
  app(unit: string): RunningApp;
  /** Address of the scoring API, whose answers can be changed on their way. */
  readonly scoringUrl: string;
  /** Changes each answer of the scoring API. */
  change: (body: string) => string;
  /** Lines of JSON that the apps have logged. */
  lines(): readonly { readonly unit: string; readonly payload: Readonly<Record<string, unknown>> }[];
  readonly listeners: ReadonlyMap<string, QueueListener>;
  close(): Promise<void>;
}

export interface SitesOptions {
  readonly stack: AppliedAzure;
  readonly services: AzureServices;
  readonly queues: Queues;
  readonly node: string;
  /** The database's address on this machine, in place of that of Azure in the export's configuration. */
  readonly database: { readonly host: string; readonly port: number; readonly ca: string };
  /** Content of the binding `durableClient`. */
  readonly durableClient: object;
}

const ATTEMPTS = 5;

/** Starts every app; the scoring API first, because others have its address. */
export async function startSites(options: SitesOptions): Promise<Sites> {
  const { stack, queues, node, durableClient } = options;
  const root = mkdtempSync(join(tmpdir(), 'mlops-sites-'));
  const running = new Map<string, RunningApp>();
  const listeners = new Map<string, QueueListener>();
  let scoringUrl = '';
  let front: Server | undefined;

  const sites: Sites = {
    app(unit) {
      const found = running.get(unit);
      if (found === undefined) throw new Error(`no site ${unit}`);
      return found;
    },
    get scoringUrl() {
      return scoringUrl;
    },
    change: (body) => body,
    lines: () =>
      [...running].flatMap(([unit, one]) =>
        one
          .log()
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => ({ unit, payload: JSON.parse(line) as Readonly<Record<string, unknown>> })),
      ),
    listeners,
    async close() {
      for (const listener of listeners.values()) await listener.stop();
      for (const one of running.values()) await one.stop();
      front?.closeAllConnections();
      front?.close();
      rmSync(root, { recursive: true, force: true });
    },
  };

  const order = [...stack.apps].sort(
    (one, other) => Number(other.unit === 'scoring') - Number(one.unit === 'scoring'),
  );
  for (const one of order) {
    const folder = unpack(root, one, options.database);
    const env = settingsOf(one, options, scoringUrl);
    const inputs = { durableClient: { json: JSON.stringify(durableClient) } };
    const app = await startApp(folder, env, one.signIn && signBy(one.signIn), node, inputs);
    running.set(one.unit, app);
    if (one.unit === 'scoring') [front, scoringUrl] = await changing(app.url, (body) => sites.change(body));
    if (
      ![...app.functions.values()].some(
        ({ name }) => triggerOf(app.functions, name).binding.type === 'queueTrigger',
      )
    )
      continue;
    await queues.make(one.account, 'events-poison');
    const call = async (message: QueuedMessage) => {
      const { failed } = await app.invoke('events', { string: message.text }, queueFacts(message));
      if (failed !== undefined) throw new Error(failed);
    };
    const listener = listenToQueue({
      queues,
      account: one.account,
      queue: 'events',
      attempts: ATTEMPTS,
      call,
    });
    listeners.set(one.unit, listener);
  }
  return sites;
}

/** Unpacks an archive, and gives its configuration the database's address on this machine. */
function unpack(root: string, { unit, archive }: AppliedApp, database: SitesOptions['database']): string {
  const folder = mkdtempSync(join(root, `${unit}-`));
  run(program('python3'), ['-m', 'zipfile', '-e', archive, folder]);
  const file = join(folder, 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { readonly database?: object };
  if (config.database !== undefined)
    writeFileSync(file, JSON.stringify({ ...config, database: { ...config.database, ...database } }));
  return folder;
}

/** The app's own settings with addresses of this machine, and the variables of the platform. */
function settingsOf(
  { site, settings }: AppliedApp,
  { services }: SitesOptions,
  scoringUrl: string,
): Readonly<Record<string, string>> {
  const { MLOPS_EVENTS_ENDPOINT, MLOPS_SECRET, MLOPS_SCORING_URL } = settings;
  return {
    ...settings,
    ...services.environment,
    WEBSITE_SITE_NAME: site,
    WEBSITE_HOSTNAME: `${site}.azurewebsites.net`,
    MLOPS_CONTAINER: services.container,
    ...(MLOPS_EVENTS_ENDPOINT && {
      MLOPS_EVENTS_ENDPOINT: `${services.url}${new URL(MLOPS_EVENTS_ENDPOINT).pathname}`,
    }),
    ...(MLOPS_SECRET && { MLOPS_SECRET: `${services.url}${new URL(MLOPS_SECRET).pathname}` }),
    ...(MLOPS_SCORING_URL && { MLOPS_SCORING_URL: scoringUrl }),
  };
}

/** A token for the app from somebody whom the policy lets in. */
const signBy =
  ({ audiences, identities }: AppSignIn): Sign =>
  (headers) => {
    const { aud = '', oid } = tokenClaims(headers);
    if (oid === undefined || !audiences.includes(aud)) return undefined;
    return identities.includes(oid) ? oid : 403;
  };

/** A server before another one, which changes its answers. */
async function changing(url: string, change: (body: string) => string): Promise<[Server, string]> {
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const headers = new Headers();
    for (const [name, value] of Object.entries(incoming.headers))
      if (typeof value === 'string' && !HOP.has(name)) headers.set(name, value);
    const { method = '', url: path = '/' } = incoming;
    const body = method === 'GET' || method === 'HEAD' ? {} : { body: new Uint8Array(Buffer.concat(chunks)) };
    const answer = await fetch(`${url}${path}`, { method, headers, ...body });
    const type = answer.headers.get('content-type') ?? '';
    outgoing.writeHead(answer.status, { 'content-type': type }).end(change(await answer.text()));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return [server, `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`];
}

/** Headers of one connection. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);
