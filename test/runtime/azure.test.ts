import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InvalidInput, RuntimeFailure } from '../../lambdas/core/errors.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { azureBench, DOCUMENT, invocation } from './azure-bench.ts';

const failing = (error: unknown) => async () => {
  throw error;
};

describe('the runtime of an Azure app', () => {
  it('makes one host for all calls, from the environment and the configuration in its folder', async () => {
    const { runtime, created, env } = azureBench();
    const { context } = invocation();
    const hosts = [await runtime.during(context, async (host) => host), runtime.hostOf(context)];
    expect(created).toEqual([[env, DOCUMENT]]);
    expect(hosts[0]).toBe(hosts[1]);
    expect(hosts[0]).toMatchObject({ config: DOCUMENT, identity: 'app:churn-dev-scoring' });
  });

  it('calls a work that it loads then, in the name of the caller or of nobody', async () => {
    const { runtime } = azureBench();
    const { context } = invocation();
    const load = async () => ({
      work: async (_host: unknown, input: unknown, call: unknown) => ({ input, call }),
    });
    expect(await runtime.call(context, load, { at: 1 })).toEqual({
      input: { at: 1 },
      call: { caller: undefined },
    });
    const ada = { caller: 'entra:ada' };
    expect(await runtime.call(context, load, 1, ada)).toEqual({ input: 1, call: ada });
  });

  it('ends when everything is written, and fails when its writes fail', async () => {
    const { runtime, done, faults } = azureBench();
    const { context } = invocation();
    await runtime.during(context, async () => void done.push('worked'));
    expect(done).toEqual(['worked', 'settled']);
    faults.settle = new RuntimeFailure('predictions/busy', 'slow down', { retryable: true });
    await expect(runtime.during(context, async () => 1)).rejects.toMatchObject({ name: 'Retryable' });
    const first = new RuntimeFailure('objects/io', 'the first');
    await expect(runtime.during(context, failing(first))).rejects.toMatchObject({
      facts: { code: 'objects/io' },
    });
  });

  it('files the lines of invocations at the same time under each of them', async () => {
    const { runtime } = azureBench();
    const [one, two] = [invocation('i-1'), invocation('i-2')];
    const work = (name: string) => async (host: { ports: CloudPorts }) => {
      await turn();
      host.ports.logger.info(`${name} first`, {});
      await turn();
      host.ports.logger.info(`${name} second`, {});
    };
    await Promise.all([runtime.during(one.context, work('one')), runtime.during(two.context, work('two'))]);
    expect(one.lines().map(({ event }) => event)).toEqual(['one first', 'one second']);
    expect(two.lines().map(({ event }) => event)).toEqual(['two first', 'two second']);
  });
});

describe('a failure in an Azure app', () => {
  it.each([
    ['Retryable', 'pipeline/busy', new RuntimeFailure('pipeline/busy', 'wait', { retryable: true })],
    ['Permanent', 'pipeline/bad-start', new RuntimeFailure('pipeline/bad-start', 'no')],
    [
      'Permanent',
      'event/malformed',
      new InvalidInput('the event', [{ path: 'x', message: 'no', code: 'event/malformed' }]),
    ],
    ['Permanent', 'function/unexpected', new TypeError('CANARY of a row')],
  ])('is %s for %s, logged with its call and without unexpected messages', async (name, code, error) => {
    const { runtime } = azureBench();
    const { context, lines, texts } = invocation();
    const failure: unknown = await runtime.during(context, failing(error)).catch((thrown) => thrown);
    expect(failure).toMatchObject({ name, facts: { code } });
    expect(lines()).toMatchObject([
      {
        event: 'function.failed',
        code,
        retryable: name === 'Retryable',
        requestId: 'i-1',
        function: 'events',
      },
    ]);
    expect(`${texts}${(failure as Error).message}`).not.toContain('CANARY');
  });

  it('is logged by the invocation itself where there is no configuration, and tried anew', async () => {
    const { runtime } = azureBench({ schemaVersion: 2 });
    const { context, lines } = invocation();
    for (const _ of [1, 2])
      await expect(runtime.during(context, async () => 1)).rejects.toThrow('config/unreadable');
    expect(lines()).toMatchObject([
      { severity: 'CRITICAL', event: 'function.failed', code: 'config/unreadable' },
      { severity: 'CRITICAL', event: 'function.failed', code: 'config/unreadable' },
    ]);
  });
});
