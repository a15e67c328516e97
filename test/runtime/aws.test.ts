import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { awsHandler } from '../../lambdas/runtime/aws.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { CONFIG } from '../score/fixture.ts';
import { tempDir } from '../support/temp-dir.ts';

const CONTEXT = { awsRequestId: 'request-1' };

/** A function's folder, and ports that note what is done with them. */
function bench(document: unknown = { schemaVersion: 1, codeVersion: '0.1.0', model: CONFIG }) {
  const folder = mkdtempSync(join(tempDir(), 'function-'));
  writeFileSync(
    join(folder, 'config.json'),
    typeof document === 'string' ? document : JSON.stringify(document),
  );
  const done: string[] = [];
  const log: object[] = [];
  const created: unknown[] = [];
  const faults: { settle?: Error } = {};
  const ports = {
    logger: { error: (event: string, fields: object) => void log.push({ event, ...fields }) },
    async settled() {
      done.push('settled');
      if (faults.settle) throw faults.settle;
    },
  } as unknown as CloudPorts; // the runtime uses nothing else
  const createPorts = (...given: unknown[]) => {
    created.push(given);
    return ports;
  };
  const env = { LAMBDA_TASK_ROOT: folder, AWS_LAMBDA_FUNCTION_NAME: 'bank-dev-train', MLOPS_BUCKET: 'b' };
  const handlerOf = (work: () => Promise<unknown>) => awsHandler(createPorts, work, env);
  return { folder, done, log, created, faults, ports, createPorts, env, handlerOf };
}

const failing = (error: unknown) => async () => {
  throw error;
};

describe('a handler on Lambda', () => {
  it('reads nothing before its first event', () => {
    expect(() => awsHandler(failing(0) as never, failing(0), {})).not.toThrow();
  });

  it('makes its ports once, from the environment and the configuration beside the code', async () => {
    const { createPorts, created, env, ports } = bench();
    const hosts: unknown[] = [];
    const handler = awsHandler(createPorts, async (host) => void hosts.push(host), env);
    await handler({}, CONTEXT);
    await handler({}, CONTEXT);
    const config = { schemaVersion: 1, codeVersion: '0.1.0', model: CONFIG };
    expect(created).toEqual([[env, config]]);
    expect(hosts[0]).toEqual({ ports, config, identity: 'lambda:bank-dev-train' });
    expect(hosts[1]).toBe(hosts[0]);
  });

  it('answers only after everything is written', async () => {
    const { done, handlerOf } = bench();
    const handler = handlerOf(async () => done.push('worked'));
    await handler({}, CONTEXT);
    expect(done).toEqual(['worked', 'settled']);
  });

  it('fails when its writes fail', async () => {
    const { faults, handlerOf } = bench();
    faults.settle = new RuntimeFailure('predictions/busy', 'slow down', { retryable: true });
    await expect(handlerOf(async () => 'answer')({}, CONTEXT)).rejects.toMatchObject({ name: 'Retryable' });
  });

  it('writes its records although it fails, and reports the first failure', async () => {
    const { done, faults, handlerOf } = bench();
    faults.settle = new Error('the second');
    const failure = new RuntimeFailure('objects/io', 'the first');
    await expect(handlerOf(failing(failure))({}, CONTEXT)).rejects.toMatchObject({ cause: failure });
    expect(done).toEqual(['settled']);
  });
});

describe('a failure of a handler', () => {
  it.each([
    ['Retryable', new RuntimeFailure('pipeline/busy', 'wait', { retryable: true, fix: 'wait' })],
    ['Permanent', new RuntimeFailure('pipeline/bad-start', 'no', { fix: 'mend it' })],
  ])('is %s where the use case decides so, with code, message and fix', async (name, failure) => {
    const { handlerOf, log } = bench();
    const thrown = await handlerOf(failing(failure))({}, CONTEXT).catch((error: Error) => error);
    const { code, message, fix } = failure;
    expect(thrown).toMatchObject({ name });
    expect(JSON.parse((thrown as Error).message)).toEqual({ code, message, fix });
    expect(log).toEqual([
      {
        event: 'function.failed',
        code,
        message,
        fix,
        retryable: name === 'Retryable',
        requestId: 'request-1',
      },
    ]);
  });

  it('is permanent for invalid input of a person, with every problem', async () => {
    const problems = ['a', 'b'].map(
      (path): Problem => ({ code: 'export/invalid-input', path, message: 'is bad' }),
    );
    const thrown = await bench()
      .handlerOf(failing(new InvalidInput('the export', problems)))({}, CONTEXT)
      .catch((error: Error) => error);
    expect(thrown).toMatchObject({ name: 'Permanent' });
    expect(JSON.parse((thrown as Error).message)).toEqual({
      code: 'export/invalid-input',
      message: 'the export: a: is bad; b: is bad',
    });
  });

  it.each([
    ['an error of one line', new TypeError("cannot read 'CANARY-PII-7'")],
    ['one of many lines, like a stack', new TypeError('x\n    at CANARY-PII-7 (f:1:1)\n    at y')],
    ['no error at all', 'CANARY-PII-7'],
  ])('hides the message of an unexpected error, which may quote data: %s', async (_, error) => {
    const { handlerOf, log } = bench();
    const thrown = await handlerOf(failing(error))({}, CONTEXT).catch((one: Error) => one);
    expect(thrown).toMatchObject({ name: 'Permanent' });
    const told = JSON.stringify([log, (thrown as Error).message, (thrown as { facts?: unknown }).facts]);
    expect(told).not.toContain('CANARY');
    expect(JSON.parse((thrown as Error).message)).toMatchObject({ code: 'function/unexpected' });
    if (error instanceof Error) expect(told).toContain('aws.test.ts'); // where it arose
  });

  it.each([
    ['is gone', undefined],
    ['is no JSON', '{'],
    ['is of another version', { schemaVersion: 2 }],
  ])('names its configuration when that %s', async (_, document) => {
    const { createPorts, env, folder } = bench(document);
    const root = document === undefined ? join(folder, 'nowhere') : folder;
    const handler = awsHandler(createPorts, async () => 'answer', { ...env, LAMBDA_TASK_ROOT: root });
    const thrown = await handler({}, CONTEXT).catch((error: Error) => error);
    expect(JSON.parse((thrown as Error).message)).toMatchObject({
      code: 'config/unreadable',
      message: expect.stringContaining(join(root, 'config.json')),
    });
  });
});
