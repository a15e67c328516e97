import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { FUNCTIONS, type FunctionUses } from '../../lambdas/functions.ts';
import type { PipelineInput } from '../../lambdas/pipeline.ts';
import { STEPS } from '../../lambdas/pipeline.ts';
import type { CloudPorts } from '../../lambdas/runtime/host.ts';
import { readRelease } from '../../lambdas/stores/release.ts';
import { localConfig } from '../demo/short-run.ts';
import { compareUses, unreadByOthers } from '../support/recording-ports.ts';
import { featuresOf, type LocalCloud, openCloud } from './cloud.ts';
import type { TestedCloud } from './deliveries.ts';
import { approvedEvent } from './events.ts';

const shared = vi.hoisted((): { ports: CloudPorts | undefined } => ({ ports: undefined }));
vi.mock('../../lambdas/adapters/aws/create-ports.ts', () => ({ createPorts: () => shared.ports }));
vi.mock('../../lambdas/adapters/gcp/create-ports.ts', () => ({ createPorts: () => shared.ports }));

const DAY = 86_400_000;
const iso = (at: number) => new Date(at).toISOString();

/** The default blueprint with every port in use: features by key, a short watch, drift that calls at once. */
async function everythingUsed(target: TestedCloud, approval: 'manual' | 'automatic'): Promise<ModelConfig> {
  const config = await localConfig();
  return {
    ...config,
    features: {
      ...config.features,
      fields: config.features.fields.map((field) =>
        field.name === 'age' ? { ...field, expect: { min: 16, max: 120, meanWithinSigmas: 50 } } : field,
      ),
    },
    training: {
      approval,
      ...without(config.training),
      parameters: { ...config.training.parameters, rounds: 20 },
      validation: { thresholds: [], fairness: [] }, // what is tested here is not how good a version is
    },
    serving: {
      ...config.serving,
      online: { requestsPerDay: 333, byKey: target === 'aws' }, // refused elsewhere before synth
      release: { ...config.serving.release, watchHours: 1 },
    },
    monitoring: { ...config.monitoring, minRows: 50, consecutive: { n: 1, of: 1 } },
    retraining: { ...config.retraining, coolDownDays: 0 },
  };
}

const without = ({ approval: _, ...training }: ModelConfig['training']) => training;

/** Calls that a cloud has no meaning for: its registry reports no approval, and features by key are refused. */
const WITHOUT: Readonly<Record<TestedCloud, readonly string[]>> = {
  aws: [],
  gcp: ['online.get', 'online.put', 'registryMirror.describe'],
  azure: ['online.get', 'online.put', 'registryMirror.describe'],
};

/** What a cloud grants. */
function tableOf(target: TestedCloud): Readonly<Record<string, { readonly uses: FunctionUses }>> {
  const kept = ([port, calls]: [string, unknown]) =>
    [
      port,
      Array.isArray(calls) ? calls.filter((call) => !WITHOUT[target].includes(`${port}.${call}`)) : calls,
    ] as const;
  return Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, { uses }]) => [
      name,
      { uses: Object.fromEntries(Object.entries(uses).map(kept)) },
    ]),
  );
}

describe.each<TestedCloud>(['aws', 'gcp', 'azure'])('the rights of each function on %s', (target) => {
  const table = tableOf(target);
  let cloud: LocalCloud;
  beforeAll(async () => {
    vi.resetModules();
    const automatic = await openCloud({
      target,
      config: await everythingUsed(target, 'automatic'),
      months: 3,
    });
    shared.ports = automatic.ports;
    await train(automatic, 'first', automatic.clock.now());
    vi.resetModules(); // a function keeps its configuration for as long as it lives
    await automatic.close();
    cloud = await openCloud({ target, config: await everythingUsed(target, 'manual'), months: 8 });
    cloud.recorder.calls.push(...automatic.recorder.calls);
    shared.ports = cloud.ports;
    await liveThroughEverything(cloud);
  });
  afterAll(() => cloud.close());

  it('grants each function its calls, no more and no less', () => {
    const { unused, missing } = compareUses(cloud.recorder.calls, table);
    expect({ unused, missing }).toEqual({ unused: [], missing: [] });
    expect(cloud.recorder.calls.length).toBeGreaterThan(500);
    expect(new Set(cloud.recorder.calls.map((call) => call.function))).toEqual(
      new Set(Object.keys(FUNCTIONS)),
    );
    process.stdout.write(`granted = used on ${target}: ${cloud.recorder.calls.length} calls looked at\n`);
  });

  it('finds one grant too many, and one grant too few', () => {
    const { score = { uses: {} } } = table;
    const more = { ...table, score: { uses: { ...score.uses, events: ['publish'] as const } } };
    expect(compareUses(cloud.recorder.calls, more).unused).toEqual(['score: events.publish']);
    const less = { ...table, score: { uses: { ...score.uses, objects: { read: ['models/'] } } } };
    expect(compareUses(cloud.recorder.calls, less).missing).toEqual(['score: objects.read release/']);
    const { monitor = { uses: {} } } = table;
    const asOne = { ...table, monitor: { uses: { ...monitor.uses, events: ['publish'] as const } } };
    expect(compareUses(cloud.recorder.calls, asOne).missing).toEqual(['monitor: events.request']);
  });

  it('emits the metrics of alarms and dashboards, under these dimensions', () => {
    const names = new Set(cloud.metrics.flatMap((line) => Object.keys(line)));
    for (const name of [
      'requests',
      'failed',
      'latencyMs',
      'scorePsi',
      'driftedShare',
      'memoryPercent',
      'probeFailed',
    ])
      expect(names).toContain(name);
    for (const line of cloud.metrics) {
      const dimensions = Object.entries(line).filter(([, value]) => typeof value === 'string');
      const wanted = 'requests' in line ? ['arm', 'environment', 'model'] : ['environment', 'model'];
      expect(dimensions.map(([name]) => name).sort()).toEqual(wanted);
    }
  });

  it('writes nothing that nobody reads', () => {
    const unread = unreadByOthers(cloud.recorder.calls);
    expect([...unread].sort()).toEqual(Object.keys(READ_ELSEWHERE).sort());
  });

  it('detects a planted object that nobody reads', () => {
    const planted = { function: 'train', port: 'objects', call: 'write', key: 'ornaments/1.json' } as const;
    const itself = { ...planted, call: 'read' } as const;
    const calls = [...cloud.recorder.calls, planted, itself];
    expect(unreadByOthers(calls)).toContain('ornaments/');
    expect(unreadByOthers([...calls, { ...itself, function: 'evaluate' }])).not.toContain('ornaments/');
  });
});

/** What no other function reads, and who does. */
const READ_ELSEWHERE: Readonly<Record<string, string>> = {
  'batch/': 'whoever ordered the scores; the next batch reads where the last one ended',
  'locks/': 'the lease itself: it is read to be taken',
  'quarantine/': 'whoever mends the source: rows that failed an expectation, with the reason',
  'reports/': 'people, and the monitor itself, which counts the windows that drifted',
  'snapshots/': 'the training itself when it is tried again, and whoever asks what a version learnt from',
};

/** A run of the whole pipeline, each step delivered twice, while another run waits for the lease. */
async function train(
  { deliver: { call } }: LocalCloud,
  trigger: PipelineInput['trigger'],
  at: number,
): Promise<void> {
  const start = { action: 'begin', trigger, at: iso(at), data: false };
  const run = (await call('lease', start)) as PipelineInput;
  await expect(call('lease', { ...start, at: iso(at + 1) })).rejects.toMatchObject({ name: 'Retryable' });
  for (const step of STEPS) {
    await call(step, run);
    await call(step, run);
  }
  await call('lease', { action: 'end', runId: run.runId, fence: run.fence });
}

/** Every function through its successes and its failures. */
async function liveThroughEverything(cloud: LocalCloud): Promise<void> {
  const { clock, ports } = cloud;
  const { call, request, approve, approveByHand, tell, alarm, rollback } = cloud.deliver;
  const now = () => clock.now();

  // Nothing is there yet: every function that needs something says so, and has called what it calls to find out.
  await expect(call('batch-score', { at: iso(now()) })).rejects.toMatchObject({ name: 'Permanent' });
  expect(await request('GET', '/ready')).toMatchObject({ status: 503 });
  expect(await call('monitor', { at: iso(now()) })).toMatchObject({ verdict: null });
  expect(await call('probe', {})).toEqual([]);
  expect(await call('release', { kind: 'tick' })).toMatchObject({ kind: 'ignored' });
  await expect(approve(7)).rejects.toMatchObject({ name: 'Permanent' });
  await expect(
    call('prepare', { runId: 'none', to: iso(now()), trigger: 'first', fence: 1 }),
  ).rejects.toThrow();

  const half = cloud.rows[Math.floor(cloud.rows.length * 0.6)]?.at ?? 0;
  await badRow(cloud, half - DAY);
  await train(cloud, 'first', half);
  await call('export', { at: iso(half + DAY) }); // alone, by its own schedule
  await approve(1);
  await approve(1);
  await tell(approvedEvent(1));
  expect(await call('probe', {})).toEqual([{ version: 1 }]);
  await score(cloud, half, 400);
  expect(await call('monitor', { at: iso(now() + 1) })).toMatchObject({
    verdict: 'stable',
    retraining: null,
  });
  clock.advanceTo(now() + 2 * 3_600_000);
  await call('release', { kind: 'tick' });
  await call('batch-score', { at: iso(half) });
  await call('batch-score', { at: iso(half) });

  // A drifted month: the monitor calls for a retraining, whose version is released by a replay and rolled back.
  await score(cloud, half, 400, { contact: 'telephone', job: 'student', age: 90 });
  await call('ground-truth', { at: iso(half + DAY) });
  const watched = (await call('monitor', { at: iso(now() + 1) })) as { retraining: unknown };
  expect(watched.retraining).not.toBeNull();
  await train(cloud, 'drift', (cloud.rows.at(-1)?.at ?? 0) + 1);
  await approveByHand(2);
  await call('release', { kind: 'tick' }); // the event was lost: the tick finds the approval
  await score(cloud, half, 50);
  await call('release', { kind: 'tick' });
  await alarm(false, now());
  await alarm(true, now());
  cloud.outage.on = true;
  expect(await call('probe', {})).toMatchObject([{ failure: { code: 'probe/refused' } }]);
  await rollback('r1');
  expect((await readRelease(ports.objects)).state.champion?.version).toBe(1);
  // The outcomes of what was answered are due.
  clock.advanceTo(now() + 8 * DAY);
  await call('ground-truth', { at: iso(now()) });
}

/** A row that fails an expectation, so that there is something to put aside. */
async function badRow({ database }: LocalCloud, at: number): Promise<void> {
  await database.query(
    `INSERT INTO contacts (client_id, contacted_at, age, marital, education, contact, campaign, previous)
     VALUES (999999999, $1, 999, 'single', 'primary', 'cellular', 1, 0)`,
    [iso(at)],
  );
}

/** Requests as callers send them: many rows at once, one by one, by key, and wrong ones. */
async function score(
  cloud: LocalCloud,
  from: number,
  count: number,
  changed: Readonly<Record<string, string | number>> = {},
): Promise<void> {
  const { request } = cloud.deliver;
  const rows = cloud.rows.filter(({ at }) => at < from).slice(-count);
  const features = rows.map(({ row }) => featuresOf(cloud.config, row, changed));
  for (let first = 0; first < features.length; first += 100) {
    const body = {
      rows: features
        .slice(first, first + 100)
        .map((one, index) => ({ id: `${from}-${first + index}`, features: one })),
    };
    expect(await request('POST', '/score', body)).toMatchObject({ status: 200 });
  }
  if (cloud.config.serving.online?.byKey) {
    const key = String(rows[0]?.row[0]);
    expect(await request('POST', '/score', { key })).toMatchObject({ status: 200 });
    expect(await request('POST', '/score', { key: 'nobody' })).toMatchObject({ status: 404 });
  }
  expect(await request('POST', '/score', { rows: [] })).toMatchObject({ status: 400 });
  expect(await request('GET', '/score')).toMatchObject({ status: 405 });
  expect(await request('GET', '/model')).toMatchObject({ status: 200 });
}
