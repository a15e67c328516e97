/** The behaviour of both runs, row by row: every place that a plan runs in makes the calls of every row. */

import type { FunctionName } from '../../lambdas/functions.ts';
import { DATA_STEPS, MONITOR_STEPS, STEPS, TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import { BUSY_WAITS } from '../../lambdas/pipeline-plan.ts';
import { type Behaviour, Failure, type Run } from './run-machine.ts';

export interface Row {
  readonly name: string;
  readonly plan: 'training' | 'monitoring';
  readonly start: Readonly<Record<string, string | boolean>>;
  /** Behaviours of functions that differ from a success. */
  readonly functions?: Readonly<Partial<Record<FunctionName, Behaviour>>>;
  /** Functions in the order of their calls. */
  readonly calls: readonly FunctionName[];
  /** Seconds before each further attempt, in their order. @default none */
  readonly waits?: readonly number[];
  /** Name and message of the failure that the run ends with. */
  readonly failure?: { readonly error: string; readonly cause: string };
}

/** A place that plans run in. */
export type RunRow = (
  row: Row,
  functions: Readonly<Partial<Record<FunctionName, Behaviour>>>,
) => Promise<Run>;

const RUN = { runId: 'demand-1', to: '2026-03-01T02:00:00.000Z', trigger: 'demand', fence: 7 };
const START = { trigger: 'demand', at: '2026-03-01T02:00:00Z', data: false };
const TIME = { at: '2026-03-01T06:00:00Z' };
const BEGIN = { action: 'begin', ...START };
const END = { action: 'end', runId: RUN.runId, fence: RUN.fence };
const PERMANENT = { error: 'Permanent', cause: 'for good' };
const { attempts } = TRAINING_PIPELINE.steps[0].retry;
/** Before the second and the third attempt of a call. */
const RETRY_WAITS = [5, 10];
/** While another run holds the lease. */
const LEASE_WAITS = [60, 120, 240, 480, ...Array<number>(BUSY_WAITS.count - 4).fill(600)];

const fail = (name: string, message: string): never => {
  throw new Failure(name, message);
};
/** Fails so often, then succeeds. */
const failing =
  (times: number, result: unknown = {}): Behaviour =>
  (_, nth) =>
    nth <= times ? fail('Retryable', 'may pass') : result;
const always: Behaviour = () => fail('Permanent', 'for good');
const begun: Behaviour = ({ action, data }) => (action === 'begin' ? { ...RUN, data } : {});
const lease =
  (change: Partial<Record<'begin' | 'end', Behaviour>>): Behaviour =>
  (input, nth) =>
    (change[input.action as 'begin' | 'end'] ?? begun)(input, nth); // the two actions that there are
const training = { plan: 'training', start: START } as const;
const monitoring = { plan: 'monitoring', start: TIME } as const;

export const ROWS: readonly Row[] = [
  { ...training, name: 'every step runs under the lease', calls: ['lease', ...STEPS, 'lease'] },
  {
    ...training,
    name: 'a run of new data ends after the last step of data',
    start: { ...START, data: true },
    calls: ['lease', ...DATA_STEPS, 'lease'],
  },
  ...STEPS.map(
    (step, index): Row => ({
      ...training,
      name: `${step} is tried again when its failure may pass`,
      functions: { [step]: failing(attempts - 1) },
      calls: ['lease', ...STEPS.slice(0, index), step, step, ...STEPS.slice(index), 'lease'],
      waits: RETRY_WAITS,
    }),
  ),
  ...STEPS.map(
    (step, index): Row => ({
      ...training,
      name: `${step} fails for good, and the lease is returned`,
      functions: { [step]: always },
      calls: ['lease', ...STEPS.slice(0, index + 1), 'lease'],
      failure: PERMANENT,
    }),
  ),
  {
    ...training,
    name: 'a failure that does not pass in all its attempts fails the run',
    functions: { ingest: failing(attempts) },
    calls: ['lease', 'export', 'prepare', ...Array(attempts).fill('ingest'), 'lease'],
    waits: RETRY_WAITS,
    failure: { error: 'Retryable', cause: 'may pass' },
  },
  {
    ...training,
    name: 'the failure of a step matters more than a lease that cannot be returned',
    functions: { train: always, lease: lease({ end: () => fail('Permanent', 'no lease') }) },
    calls: ['lease', ...DATA_STEPS, 'train', 'lease'],
    failure: PERMANENT,
  },
  {
    ...training,
    name: 'a lease that cannot be returned after the last step fails the run',
    functions: { lease: lease({ end: always }) },
    calls: ['lease', ...STEPS, 'lease'],
    failure: PERMANENT,
  },
  {
    ...training,
    name: 'the return of the lease is tried again',
    functions: { lease: lease({ end: failing(1) }) },
    calls: ['lease', ...STEPS, 'lease', 'lease'],
    waits: [5],
  },
  {
    ...training,
    name: 'a run waits for a lease that another one holds',
    functions: {
      lease: lease({ begin: (input, nth) => (nth <= 5 ? fail('Retryable', 'busy') : begun(input, nth)) }),
    },
    calls: [...Array(6).fill('lease'), ...STEPS, 'lease'],
    waits: LEASE_WAITS.slice(0, 5),
  },
  {
    ...training,
    name: 'a run that never gets the lease ends after all its waits',
    functions: { lease: lease({ begin: () => fail('Retryable', 'busy') }) },
    calls: Array(BUSY_WAITS.count + 1).fill('lease'),
    waits: LEASE_WAITS,
    failure: { error: 'Retryable', cause: 'busy' },
  },
  {
    ...training,
    name: 'a run that cannot begin calls nothing else',
    functions: { lease: always },
    calls: ['lease'],
    failure: PERMANENT,
  },
  { ...monitoring, name: 'outcomes come before drift', calls: [...MONITOR_STEPS] },
  {
    ...monitoring,
    name: 'each is tried again',
    functions: { 'ground-truth': failing(1), monitor: failing(2) },
    calls: ['ground-truth', 'ground-truth', 'monitor', 'monitor', 'monitor'],
    waits: [5, ...RETRY_WAITS],
  },
  {
    ...monitoring,
    name: 'nothing is judged without outcomes',
    functions: { 'ground-truth': always },
    calls: ['ground-truth'],
    failure: PERMANENT,
  },
];

const SUCCESS: Readonly<Partial<Record<FunctionName, Behaviour>>> = {
  lease: begun,
  ...Object.fromEntries([...STEPS, ...MONITOR_STEPS].map((name) => [name, () => ({ done: name })])),
};

/** Runs a row and compares it with what it must be. @returns what differs, as text; empty where nothing does */
export async function differences(row: Row, run: RunRow): Promise<string> {
  const { calls, failure, output, waits } = await run(row, { ...SUCCESS, ...row.functions });
  const expected = row.calls.map((name, index) => {
    const isEnd = index > 0 && row.calls.slice(0, index).some((one) => one !== 'lease');
    const input =
      row.plan === 'monitoring' ? TIME : name !== 'lease' ? RUN : isEnd ? END : { ...BEGIN, ...row.start };
    return { name, input };
  });
  const got = calls.map(({ name, input }) => ({ name, input }));
  const found = [
    [expected, got],
    [row.waits ?? [], waits],
    [row.failure ?? null, failure ?? null],
    ...(row.failure === undefined && row.plan === 'training'
      ? [
          [
            { ...RUN, data: row.start.data },
            { ...RUN, data: (output as { data?: unknown } | undefined)?.data },
          ],
        ]
      : []),
  ].map((pair) => pair.map(sorted));
  return found
    .filter(([one, other]) => one !== other)
    .map(([one, other]) => `must be ${one}\n     is ${other}`)
    .join('\n');
}

/** JSON with the keys of objects in order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
