import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { hostJson } from '../../../constructs/shared/host-json.ts';
import { APPS, type AppName } from '../../../lambdas/apps.ts';

/** The published schema, as test/fixtures/azure-host/make.py prunes it. */
const SCHEMA = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/azure-host/schema.json'), 'utf8'),
) as object;
const isValid = new Ajv({ strict: false }).compile(SCHEMA);
const NAMES = Object.keys(APPS) as AppName[]; // the keys of a constant

/** The part of host.json that is looked at here. */
interface Parsed {
  readonly functionTimeout: string;
  readonly logging: { readonly logLevel: Readonly<Record<string, string>> };
  readonly extensions: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const parsed = (name: AppName) => hostJson(APPS[name]) as Parsed;

describe('the host.json of an app', () => {
  it.each(NAMES)('is one by the published schema for %s', (name) => {
    expect(isValid(hostJson(APPS[name])), JSON.stringify(isValid.errors)).toBe(true);
  });

  it.each([
    ['an unknown part', { extension: {} }],
    ['an unknown key of queues', { extensions: { queues: { maxDequeCount: 5 } } }],
    ['a number for a duration', { extensions: { queues: { visibilityTimeout: 60 } } }],
    ['an unknown encoding', { extensions: { queues: { messageEncoding: 'utf8' } } }],
    ['minutes and seconds alone', { functionTimeout: '15:00' }],
    ['an unknown level', { logging: { logLevel: { default: 'Info' } } }],
  ])('is found wrong by the schema with %s', (_, change) => {
    expect(isValid({ ...hostJson(APPS.release), ...change })).toBe(false);
  });

  it('gives an invocation the time of its longest function, a request more, and the monitoring that of both', () => {
    expect(Object.fromEntries(NAMES.map((name) => [name, parsed(name).functionTimeout]))).toEqual({
      pipeline: '00:15:00',
      scoring: '00:01:00',
      release: '00:05:00',
      monitor: '00:30:00',
      batch: '00:15:00',
      export: '00:15:00',
      probe: '00:01:30',
      function: '00:15:00',
    });
  });

  it('keeps each line of this project and each request, and of the host warnings alone', () => {
    expect(parsed('release').logging).toEqual({
      logLevel: {
        default: 'Warning',
        'Host.Results': 'Information',
        'Function.tick.User': 'Information',
        'Function.events.User': 'Information',
        'Function.rollback.User': 'Information',
        'Function.approve.User': 'Information',
      },
      applicationInsights: { samplingSettings: { isEnabled: false }, enableDependencyTracking: false },
    });
  });

  it('configures the extensions that its triggers need, and no others', () => {
    const extensions = Object.fromEntries(NAMES.map((name) => [name, Object.keys(parsed(name).extensions)]));
    expect(extensions).toEqual({
      pipeline: ['queues', 'durableTask'],
      scoring: ['http'],
      release: ['http', 'queues'],
      monitor: [],
      batch: [],
      export: [],
      probe: ['queues'],
      function: ['queues'],
    });
    expect(parsed('scoring').extensions.http).toEqual({ routePrefix: '' });
    expect(parsed('probe').extensions.queues).toEqual({
      messageEncoding: 'none',
      maxDequeueCount: 5,
      batchSize: 1,
      newBatchThreshold: 0,
      visibilityTimeout: '00:01:00',
      maxPollingInterval: '00:00:10',
    });
  });
});

describe('the table of apps', () => {
  it('names each function of an app once, as the host accepts names', () => {
    for (const name of NAMES) {
      const names = APPS[name].triggers.map((trigger) => trigger.name);
      expect(new Set(names).size, name).toBe(names.length);
      // `FunctionNameValidationRegex` in Utility.cs of github.com/Azure/azure-functions-host
      for (const one of names) expect(one).toMatch(/^(?!host$)[a-z][a-z0-9_-]{0,127}$/i);
    }
  });

  it('has a name of a task hub that the host accepts', () => {
    const { hubName } = parsed('pipeline').extensions.durableTask ?? {};
    // learn.microsoft.com/azure/azure-functions/durable/durable-functions-task-hubs#task-hub-names
    expect(hubName).toMatch(/^[A-Za-z][A-Za-z0-9]{2,44}$/);
  });
});
