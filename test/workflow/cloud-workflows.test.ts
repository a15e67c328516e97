import { describe, expect, it } from 'vitest';
import {
  type CompiledWorkflow,
  compileMonitorWorkflow,
  compileTrainingWorkflow,
  executionRequest,
} from '../../constructs/gcp/compile-workflow.ts';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { beginRun, endRun } from '../../lambdas/lease/lease.ts';
import { type PipelineStart, STEPS, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import { BUSY_WAITS, busyWaitSec } from '../../lambdas/pipeline-plan.ts';
import type { Logger } from '../../lambdas/ports/logger.ts';
import { leaseInput } from '../../lambdas/runtime/inputs.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { createFakeObjects } from '../support/fake-objects.ts';
import { type Behaviour, Failure } from './run-machine.ts';
import { interpretWorkflow, type Request, runWorkflow, type Service, URLS } from './run-workflow.ts';
import { Raised } from './workflow-expression.ts';
import { problemsOf } from './workflow-limits.ts';

const TRAINING = compileTrainingWorkflow(URLS);
const MONITORING = compileMonitorWorkflow(URLS);
const NOW = Date.parse('2026-03-01T02:00:30.250Z');
const RUN = { runId: 'demand-1', to: '2026-03-01T02:00:00.000Z', trigger: 'demand', fence: 7 };

const lease: Behaviour = ({ action, data }) => (action === 'begin' ? { ...RUN, data } : null);
const SUCCESS = {
  lease,
  ...Object.fromEntries([...STEPS, 'ground-truth', 'monitor'].map((name) => [name, () => ({ done: name })])),
};

/** Input of the first call of a run. */
const inputAfter = async (argument: unknown, workflow = TRAINING) =>
  (await runWorkflow(workflow, SUCCESS, argument, NOW)).calls[0]?.input;

/** A message of Pub/Sub as Eventarc hands it on (cloud.google.com/eventarc/docs/workflows/cloudevents). */
const eventOf = (publishTime: string) => ({
  data: {
    message: {
      attributes: { type: 'retraining.requested', trigger: 'drift', model: 'bank-marketing', id: '1' },
      data: 'eyJ0eXBlIjoicmV0cmFpbmluZy5yZXF1ZXN0ZWQifQ==',
      messageId: '2070443601311540',
      message_id: '2070443601311540',
      publishTime,
      publish_time: publishTime,
    },
    subscription: 'projects/acme/subscriptions/eventarc-europe-west3-bank-marketing-dev-sub-123',
  },
  datacontenttype: 'application/json',
  id: '2070443601311540',
  source: '//pubsub.googleapis.com/projects/acme/topics/bank-marketing-dev-retraining',
  specversion: '1.0',
  time: publishTime,
  type: 'google.cloud.pubsub.topic.v1.messagePublished',
});

describe('the start of a run on Cloud Workflows', () => {
  it('takes trigger, time and kind as a person gives them', async () => {
    const start = { trigger: 'demand', at: '2026-02-28T00:00:00Z', data: false };
    expect(await inputAfter(start)).toEqual({ action: 'begin', ...start });
  });

  it('takes the minute of the start where a schedule gives none', async () => {
    const { argument, ...rest } = JSON.parse(executionRequest({ trigger: 'new-data', data: true }));
    expect(rest).toEqual({});
    expect(argument).toBe('{"trigger":"new-data","data":true}');
    expect(await inputAfter(JSON.parse(argument))).toEqual({
      action: 'begin',
      trigger: 'new-data',
      at: '2026-03-01T02:00:00Z',
      data: true,
    });
    expect(await inputAfter(JSON.parse(JSON.parse(executionRequest({})).argument), MONITORING)).toEqual({
      at: '2026-03-01T02:00:00Z',
    });
  });

  it.each(['2026-03-01T01:59:58.749Z', '2026-03-01T01:59:58Z', '2026-03-01T01:59:58.123456789Z'])(
    'takes the trigger and the minute of a message published at %s',
    async (publishTime) => {
      const input = await inputAfter(eventOf(publishTime));
      expect(input).toEqual({ action: 'begin', trigger: 'drift', at: '2026-03-01T01:59:00Z', data: false });
      expect(leaseInput(input, NOW)).toEqual(input);
    },
  );

  it.each([
    ['nothing', null],
    ['a list', []],
    ['a text', 'drift'],
    ['data of another form', { data: { message: null } }],
    ['a message without attributes', { data: { message: { publishTime: '2026-03-01T01:59:58Z' } } }],
    ['a time that is a number', { trigger: 'demand', at: 3 }],
    ['a kind that is a text', { trigger: 'demand', data: 'yes' }],
  ])('leads to the refusal of the function by %s', async (_, argument) => {
    const refusing: Behaviour = (input) => {
      try {
        return leaseInput(input, NOW);
      } catch (error) {
        throw new Failure((error as { code: string }).code, (error as Error).message);
      }
    };
    const { failure } = await runWorkflow(TRAINING, { lease: refusing }, argument, NOW);
    expect(failure?.error).toBe('event/malformed');
  });
});

describe('a call of Cloud Workflows', () => {
  /** Every request of a good run. */
  async function requests({ source, variables }: CompiledWorkflow): Promise<Request[]> {
    const found: Request[] = [];
    const service: Service = {
      variables,
      now: () => NOW,
      wait() {},
      async post(request) {
        found.push(request);
        return { status: 200, body: { ...RUN, data: false } };
      },
    };
    await interpretWorkflow(source, { trigger: 'demand' }, service);
    return found;
  }
  const nameOf = ({ url }: Request) => (Object.keys(URLS) as FunctionName[]).find((one) => URLS[one] === url); // keys of a typed record

  it.each([
    ['training', TRAINING, 8],
    ['monitoring', MONITORING, 2],
  ])(
    'shows a token for its function, and waits longer than the function runs, in %s',
    async (_, workflow, count) => {
      const all = await requests(workflow);
      expect(all).toHaveLength(count);
      for (const request of all) {
        const { needs } = FUNCTIONS[nameOf(request) ?? 'score'];
        expect(request.auth).toEqual({ type: 'OIDC', audience: request.url });
        expect(request.timeout).toBeGreaterThanOrEqual(needs.timeoutSec + 15);
      }
    },
  );

  const failOnce = async (
    workflow: CompiledWorkflow,
    at: FunctionName,
    answer: { status: number; body: unknown } | Raised,
  ) => {
    const seen: string[] = [];
    const waits: number[] = [];
    const service: Service = {
      variables: workflow.variables,
      now: () => NOW,
      wait: (seconds) => waits.push(seconds),
      async post(request) {
        const name = nameOf(request) ?? '';
        seen.push(name);
        const first = name === at && seen.filter((one) => one === at).length === 1;
        if (first && answer instanceof Raised) throw answer;
        return first && !(answer instanceof Raised) ? answer : { status: 200, body: { ...RUN, data: false } };
      },
    };
    const failure = await interpretWorkflow(workflow.source, { trigger: 'demand' }, service).then(
      () => undefined,
      (error: unknown) => {
        if (error instanceof Raised) return error.value;
        throw error;
      },
    );
    return { failure, waits };
  };
  const ofWorkflows = (...tags: readonly string[]) => new Raised({ tags, message: 'of Workflows' });

  it.each([
    ['429', { status: 429, body: 'Rate exceeded.' }],
    ['502', { status: 502, body: '<html>' }],
    ['503', { status: 503, body: { code: 'x/busy', message: 'busy', fix: 'wait' } }],
    ['504', { status: 504, body: 'upstream request timeout' }],
    ['500 of an instance that ended', { status: 500, body: 'Internal Server Error' }],
    ['a broken connection', ofWorkflows('ConnectionError')],
    ['a connection that was not made', ofWorkflows('ConnectionFailedError')],
    ['its time-out', ofWorkflows('TimeoutError', 'OSError')],
  ])('is repeated after %s', async (_, answer) => {
    expect(await failOnce(TRAINING, 'train', answer)).toEqual({ failure: undefined, waits: [5] });
  });

  it.each([
    ['400', { status: 400, body: { code: 'event/malformed', message: 'no', fix: 'yes' } }],
    ['404', { status: 404, body: { code: 'x/y', message: 'no', fix: 'yes' } }],
    ['500', { status: 500, body: { code: 'x/y', message: 'no', fix: 'yes' } }],
  ])('fails the run with the code, message and fix of the function after %s', async (_, answer) => {
    expect(await failOnce(TRAINING, 'train', answer)).toEqual({ failure: answer.body, waits: [] });
  });

  it.each([
    ['403', { status: 403, body: '<html>' }],
    ['a token that cannot be made', ofWorkflows('AuthError')],
  ])('is repeated after %s when it is the first of its run only', async (_, answer) => {
    expect(await failOnce(TRAINING, 'lease', answer)).toEqual({ failure: undefined, waits: [30] });
    expect(await failOnce(MONITORING, 'ground-truth', answer)).toEqual({ failure: undefined, waits: [30] });
    const outside = answer instanceof Raised ? answer.value : { tags: ['HttpError'], code: 403 };
    for (const [workflow, name] of [[TRAINING, 'train'] as const, [MONITORING, 'monitor'] as const])
      expect(await failOnce(workflow, name, answer)).toMatchObject({ failure: outside, waits: [] });
  });

  it('waits for its right for more than seven minutes', async () => {
    const { failure, waits } = await runWorkflow(
      TRAINING,
      {
        lease: () => {
          throw new Raised({ tags: ['HttpError'], code: 403, message: 'forbidden' });
        },
      },
      { trigger: 'demand' },
    );
    expect(failure).toEqual({ error: '403', cause: 'forbidden' });
    expect(waits).toEqual([30, 60, 120, 240]);
  });
});

describe('a run of Cloud Workflows', () => {
  it('results in its state, with the answer of each step', async () => {
    const { output } = await runWorkflow(TRAINING, SUCCESS, { trigger: 'demand' }, NOW);
    const answers = Object.fromEntries(STEPS.map((step) => [step, { done: step }]));
    expect(output).toEqual({ ...RUN, data: false, ...answers });
    expect((await runWorkflow(MONITORING, SUCCESS, {}, NOW)).output).toEqual({
      at: '2026-03-01T02:00:00Z',
      groundTruth: { done: 'ground-truth' },
      monitor: { done: 'monitor' },
    });
  });

  it('outlasts the lease of a run that was stopped and never returned it', async () => {
    const clock = createVirtualClock(Date.parse('2026-03-01T02:00:00Z'));
    const logger: Logger = { info() {}, warn() {}, error() {}, with: () => logger };
    const ports = { clock, objects: createFakeObjects({ cloud: 's3', clock }), logger };
    await createLease(ports, 'locks/train.json').acquire('stopped', TRAINING_PIPELINE.lease.ttlSec * 1000);
    const leased: Behaviour = async (input, nth) => {
      if (input.action === 'end') return endRun(ports, input as never); // the workflow's own input
      try {
        return await beginRun(ports, input as unknown as PipelineStart); // the workflow's own input
      } catch (error) {
        clock.advanceTo(clock.now() + busyWaitSec(BUSY_WAITS, nth - 1) * 1000);
        throw new Failure('Retryable', String(error));
      }
    };
    const start = { trigger: 'demand', at: '2026-03-01T02:00:00Z' };
    const { failure, output } = await runWorkflow(TRAINING, { ...SUCCESS, lease: leased }, start);
    expect(failure).toBeUndefined();
    expect(output).toMatchObject({ runId: 'demand-20260301t020000000z', fence: 2 });
  });
});

describe('a definition for Cloud Workflows', () => {
  it.each([
    ['training', TRAINING],
    ['monitoring', MONITORING],
  ])('stays within the limits of the service for %s', (_, workflow) => {
    expect(problemsOf(workflow)).toEqual([]);
  });

  it('has the URLs of the functions that it calls in its variables, and nothing of them in its source', () => {
    const reference = (name: string) => `\${google_cloudfunctions2_function.${name}.service_config[0].uri}`;
    const urls = Object.fromEntries(Object.keys(URLS).map((name) => [name, reference(name)]));
    const { source, variables } = compileTrainingWorkflow(urls);
    expect(variables).toEqual(
      Object.fromEntries(['lease', ...STEPS].map((name) => [`URL_${name.toUpperCase()}`, reference(name)])),
    );
    expect(Object.keys(compileMonitorWorkflow(urls).variables)).toEqual(['URL_GROUND_TRUTH', 'URL_MONITOR']);
    expect(JSON.stringify(source)).not.toContain('google_');
    expect(source).toEqual(TRAINING.source);
  });

  it('is refused without the URL of a function', () => {
    const { train: _, ...others } = URLS;
    expect(() => compileTrainingWorkflow(others)).toThrow(
      'has no URL of train; give the URL of each function',
    );
  });

  it.each([
    ['an expression of 401 characters', { x: { return: `\${${'a'.repeat(398)}}` } }, 'expression'],
    ['a request of 1,801 s', { x: { call: 'http.post', args: { timeout: 1801 } } }, 'timeout'],
    ['a name that is there twice', { pipeline: { return: 1 } }, 'pipeline'],
    ['a name that the language has', { end: { return: 1 } }, 'end'],
    ['51 assignments', { x: { assign: Array(51).fill({ a: 1 }) } }, 'assign'],
    ['a subworkflow that is not there', { x: { try: {}, retry: { predicate: `\${other}` } } }, 'other'],
    ['128 KB of source', { x: { return: 'a'.repeat(128 * 1024) } }, 'source'],
    ['a variable that is not set', { x: { return: `\${sys.get_env("URL_SCORE")}` } }, 'URL_SCORE'],
  ])('is over the limits with %s', (_, step, problem) => {
    const { main, ...predicates } = TRAINING.source;
    const source = { main: { ...main, steps: [...main.steps, step] }, ...predicates };
    expect(problemsOf({ ...TRAINING, source }).join()).toContain(problem);
  });
});
