/**
 * Cloud Run on this machine: a server per service, which looks at a caller's token and rights, and starts Google's functions
 * framework in the unpacked archive at the first request.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { framework, type RunningFunction, startFunction } from '../../support/functions-framework.ts';
import type { Body } from '../../support/terraform/schema.ts';
import { program, run } from '../../support/tools.ts';
import type { LogLine } from './log-metrics.ts';
import { type AppliedFunction, type AppliedStack, stringOf } from './stack.ts';

export interface CloudRun {
  urlOf(service: string): string;
  /** Gives each service its function. */
  deploy(
    stack: AppliedStack,
    node: string,
    env: (one: AppliedFunction) => Readonly<Record<string, string>>,
  ): void;
  /** Lines of JSON that the functions have printed. */
  lines(): readonly LogLine[];
  /** Changes each answer on its way. */
  change: (service: string, body: string) => string;
  close(): Promise<void>;
}

/** An identity token of an account for a service. */
export function identityToken(email: string, audience: string): string {
  const part = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url');
  const claims = { iss: 'https://accounts.google.com', aud: audience, email, email_verified: true, exp: EXP };
  return `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;
}

/** In 2096. */
const EXP = 4_000_000_000;
/** What Cloud Run puts where the signature was (cloud.google.com/run/docs/troubleshooting). */
const REMOVED = 'SIGNATURE_REMOVED_BY_GOOGLE';

interface Service {
  readonly server: Server;
  readonly url: string;
  start?: () => Promise<RunningFunction>;
  running?: Promise<RunningFunction>;
  invokers: readonly string[];
}

/** Starts the servers of services that have no function yet. */
export async function startCloudRun(names: readonly string[]): Promise<CloudRun> {
  const root = mkdtempSync(join(tmpdir(), 'mlops-cloud-run-'));
  const services = new Map<string, Service>();
  for (const name of names) {
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = '', url = '/', headers } = incoming;
      const plain: [string, string][] = [];
      for (const [key, value] of Object.entries(headers))
        if (typeof value === 'string' && !HOP.has(key)) plain.push([key, value]);
      const body = Buffer.concat(chunks);
      const answer = await serve(serviceOf(name), { method, url, headers: new Headers(plain), body });
      outgoing
        .writeHead(answer.status, { 'content-type': answer.type })
        .end(cloudRun.change(name, answer.body));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    services.set(name, { server, url: `http://127.0.0.1:${address.port}`, invokers: [] });
  }
  const serviceOf = (name: string): Service => {
    const found = services.get(name);
    if (found === undefined) throw new Error(`no service ${name}`);
    return found;
  };
  const logs = new Map<string, () => string>();

  const cloudRun: CloudRun = {
    urlOf: (name) => serviceOf(name).url,
    deploy(stack, node, env) {
      const grants = stack.all('google_cloud_run_v2_service_iam_member');
      for (const one of stack.functions) {
        const service = serviceOf(one.service);
        service.invokers = grants
          .filter(({ name, role }) => name === one.service && role === 'roles/run.invoker')
          .map(({ member }) => stringOf(member));
        service.start = async () => {
          const folder = mkdtempSync(join(root, `${one.unit}-`));
          run(program('python3'), ['-m', 'zipfile', '-e', one.archive, folder]);
          const started = await startFunction(framework, folder, env(one), node);
          logs.set(one.service, started.log);
          return started;
        };
      }
    },
    lines: () =>
      [...logs].flatMap(([service, log]) =>
        log()
          .split('\n')
          .filter((line) => line.startsWith('{'))
          .map((line) => ({ service, payload: JSON.parse(line) as Body })),
      ),
    change: (_, body) => body,
    async close() {
      for (const { server, running } of services.values()) {
        server.closeAllConnections();
        server.close();
        await (await running?.catch(() => undefined))?.stop();
      }
      rmSync(root, { recursive: true, force: true });
    },
  };
  return cloudRun;
}

/** Headers of one connection. */
const HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive']);

interface Incoming {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

async function serve(service: Service, { method, url, headers, body }: Incoming) {
  const [, header = '', claims = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)\.[\w-]+$/.exec(headers.get('authorization') ?? '') ?? [];
  const { aud, email } = claims === '' ? {} : JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'));
  const html = 'text/html; charset=UTF-8';
  if (aud !== service.url) return { status: 401, type: html, body: '<h1>Error: Unauthorized</h1>' };
  const isInvoker = service.invokers.some((member) => member.replace(/^\w+:/, '') === email);
  if (!isInvoker || service.start === undefined)
    return { status: 403, type: html, body: '<h1>Error: Forbidden</h1>' };
  service.running ??= service.start();
  const { url: target } = await service.running;
  headers.set('authorization', `Bearer ${header}.${claims}.${REMOVED}`);
  const answer = await fetch(`${target}${url}`, {
    method,
    headers,
    ...(method !== 'GET' && { body: new Uint8Array(body) }),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type') ?? '',
    body: await answer.text(),
  };
}
