import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { MONITOR_STEPS, STEPS } from '../../lambdas/pipeline.ts';
import type { LambdaHandler } from '../../lambdas/runtime/aws.ts';
import { type AzureWork, azureRuntime } from '../../lambdas/runtime/azure.ts';
import type { GcpHandler } from '../../lambdas/runtime/gcp-server.ts';
import { tempDir } from '../support/temp-dir.ts';

/** How each cloud's handler fails when nothing is configured. */
const CALLS = {
  async aws(handler: LambdaHandler<unknown>) {
    const thrown = await handler({}, { awsRequestId: 'r' }).catch((error: Error) => error);
    return JSON.parse((thrown as Error).message) as unknown;
  },
  async gcp(handler: GcpHandler) {
    const server = createServer(handler);
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: '{}' });
    server.close().closeAllConnections();
    expect(answer.status).toBe(500);
    return answer.json();
  },
  async azure(work: AzureWork) {
    const runtime = azureRuntime(() => expect.unreachable(), tempDir(), {});
    const context = { invocationId: 'i', functionName: 'f', log: () => {} };
    const thrown = await runtime.call(context, async () => ({ work }), {}).catch((error: Error) => error);
    return JSON.parse((thrown as Error).message) as unknown;
  },
};
const CLOUDS = ['aws', 'gcp', 'azure'] as const;
/** Export of an entry. On Azure an app calls the work of several functions. */
const EXPORT = { aws: 'handler', gcp: 'handler', azure: 'work' } as const;

const LAMBDAS = join(import.meta.dirname, '../../lambdas');
const NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // its keys
const MOST_STATEMENTS = 5;

/** Statements beside imports: as the code is formatted, each ends a line with a semicolon. */
const statementsOf = (source: string): number =>
  source.split('\n').filter((line) => line.endsWith(';') && !line.startsWith('import ')).length;

describe.each(CLOUDS)('the entries of functions on %s', (cloud) => {
  it('has an entry for every function, and for no other', () => {
    const found = readdirSync(LAMBDAS).filter((name) => existsSync(join(LAMBDAS, name, `${cloud}.ts`)));
    expect(found.filter((name) => name !== 'runtime').sort()).toEqual([...NAMES].sort());
    for (const step of [...STEPS, ...MONITOR_STEPS]) expect(NAMES).toContain(step);
  });

  it.each(NAMES)('loads %s where nothing is configured, and fails only when called', async (name) => {
    const entry = await import(`../../lambdas/${name}/${cloud}.ts`);
    expect(Object.keys(entry)).toEqual([EXPORT[cloud]]);
    expect(await CALLS[cloud](entry[EXPORT[cloud]])).toMatchObject({ code: 'config/unreadable' });
  });

  it.each(NAMES)('holds no rules in the entry of %s', (name) => {
    const source = readFileSync(join(LAMBDAS, name, `${cloud}.ts`), 'utf8');
    expect(statementsOf(source)).toBeGreaterThan(0);
    expect(statementsOf(source)).toBeLessThanOrEqual(MOST_STATEMENTS);
  });
});
