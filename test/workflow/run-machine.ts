import { createRequire } from 'node:module';
import { type ExecutionError, StateMachine } from 'aws-local-stepfunctions';
import { placeholderOf, type StateMachineDefinition } from '../../constructs/aws/compile-pipeline.ts';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';

// The interpreter waits with Promise.withResolvers, which Node has from 22 on; so it is no part of the types here.
const promises = Promise as unknown as { withResolvers?: () => unknown };
promises.withResolvers ??= () => {
  let resolve: (value: unknown) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
};

/** A validator without types of its own (github.com/ChristopheBougere/asl-validator). */
const validate = createRequire(import.meta.url)('asl-validator') as (definition: unknown) => {
  readonly isValid: boolean;
  readonly errors: readonly unknown[];
};

/** A definition as the service gets it: a function's ARN in each placeholder. */
export function deployed(definition: StateMachineDefinition): StateMachineDefinition {
  let text = JSON.stringify(definition);
  for (const name of Object.keys(FUNCTIONS) as FunctionName[]) // of a constant object
    text = text.replaceAll(
      `\${${placeholderOf(name)}}`,
      `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
    );
  return JSON.parse(text) as StateMachineDefinition;
}

/** What the validator finds wrong with a definition. */
export function errorsOf(definition: StateMachineDefinition): readonly unknown[] {
  return validate(deployed(definition)).errors; // a copy: the validator writes into what it gets
}

/** One call of a function. */
export interface Call {
  readonly state: string;
  readonly name: FunctionName;
  readonly input: unknown;
}

/** How a run went. */
export interface Run {
  /** Absent when it failed. */
  readonly output?: unknown;
  /** Of the failed run: what a person sees in the console. */
  readonly failure?: { readonly error: string; readonly cause: string };
  readonly calls: readonly Call[];
  /** Seconds before each further attempt, in order; where a service shortens them by chance, the longest. */
  readonly waits: readonly number[];
}

/** What a function does with its input at its n-th call, from 1; it may throw. */
export type Behaviour = (input: Readonly<Record<string, unknown>>, nth: number) => unknown;

/** Runs a definition in process, without waiting between the attempts. */
export async function runMachine(
  definition: StateMachineDefinition,
  functions: Readonly<Partial<Record<FunctionName, Behaviour>>>,
  input: Readonly<Record<string, string | boolean>>,
): Promise<Run> {
  const calls: Call[] = [];
  const failures: { readonly state: string; readonly name: string }[] = [];
  const machine = deployed(definition);
  const handlers: Record<string, (input: unknown) => Promise<never>> = {};
  for (const [state, { Type, Resource }] of Object.entries(machine.States)) {
    if (Type !== 'Task') continue;
    const name = String(Resource).split(':').at(-1) as FunctionName; // it was put there by `deployed`
    handlers[state] = async (given) => {
      calls.push({ state, name, input: given });
      const nth = calls.filter((call) => call.state === state).length;
      const behaviour = functions[name];
      if (behaviour === undefined) throw new Error(`nobody expected a call of ${name}`);
      try {
        return (await behaviour(given as Record<string, unknown>, nth)) as never; // JSON, as the service passes on
      } catch (error) {
        failures.push({ state, name: (error as Error).name });
        throw error;
      }
    };
  }
  const noWait = Object.fromEntries(Object.keys(machine.States).map((state) => [state, 0]));
  const run = new StateMachine(machine as never, { validationOptions: { checkArn: true, checkPaths: true } }) // its type names every kind of state
    .run(input, { overrides: { taskResourceLocalHandlers: handlers, retryIntervalOverrides: noWait } });
  const settled = run.result.then(
    (output) => ({ output }),
    (error: ExecutionError) => error,
  );
  let failure: Run['failure'];
  for await (const event of run.eventLogs)
    if (event.type === 'ExecutionFailed')
      failure = { error: String(event.Error), cause: String(event.Cause) };
  const end = await settled;
  const waits = waitsAfter(machine, failures);
  if (failure !== undefined) return { failure, calls, waits };
  if (end instanceof Error) throw end;
  return { output: end.output, calls, waits };
}

/** A retrier of the Amazon States Language. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
  readonly MaxDelaySeconds?: number;
}

/** The waits before each further attempt, as the language's specification defines them without jitter. */
export function waitsOf(retrier: Retrier | undefined): number[] {
  if (retrier === undefined) return [];
  const { IntervalSeconds, BackoffRate, MaxAttempts, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  return Array.from({ length: MaxAttempts }, (_, nth) =>
    Math.min(IntervalSeconds * BackoffRate ** nth, MaxDelaySeconds),
  );
}

/** The waits after these failures: each retrier counts those that it names. */
function waitsAfter(
  { States }: StateMachineDefinition,
  failures: readonly { readonly state: string; readonly name: string }[],
): number[] {
  return failures.flatMap(({ state, name }, index) => {
    const retrier = ((States[state]?.Retry ?? []) as Retrier[]) // of our own compiler
      .find(({ ErrorEquals }) => ErrorEquals.includes(name));
    const before = failures.slice(0, index).filter((one) => one.state === state && one.name === name);
    return waitsOf(retrier).slice(before.length, before.length + 1);
  });
}

/** A failure with the name that Lambda reports it by. */
export class Failure extends Error {
  override readonly name: string;
  constructor(name: string, message = 'it failed') {
    super(message);
    this.name = name;
  }
}
