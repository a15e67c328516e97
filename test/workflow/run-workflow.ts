import type { CompiledWorkflow } from '../../constructs/gcp/compile-workflow.ts';
import type { Subworkflow, WorkflowSource } from '../../constructs/gcp/workflow-source.ts';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { type Behaviour, type Call, Failure, type Run } from './run-machine.ts';
import { evaluate, type Fields, isMap, Raised, type Surroundings } from './workflow-expression.ts';

/** Answer of a function's service to a request. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Arguments of `http.post`. */
export type Request = Fields & { readonly url: string; readonly body: Fields; readonly timeout: number };

/** The place that a definition runs in. */
export interface Service extends Surroundings {
  post(request: Request): Promise<Answer>;
  wait(seconds: number): void;
  /** Hears of each step that is made, by its name. */
  onStep?(name: string): void;
}

/** A step's `return`; absent where the run goes on. */
type Outcome = { readonly returned: unknown } | undefined;
type Scope = Map<string, unknown>;

const KEYS = ['assign', 'switch', 'call', 'args', 'result', 'return', 'raise', 'try', 'retry', 'except'];

/**
 * Runs a definition: exactly the subset of the language that our compiler writes; anything else is an error of the test.
 *
 * @returns what `main` returns
 * @throws Raised where the run fails
 */
export async function interpretWorkflow(
  source: WorkflowSource,
  argument: unknown,
  service: Service,
): Promise<unknown> {
  return runSubworkflow(source.main, [argument]);

  async function runSubworkflow(
    { params, steps }: Subworkflow,
    values: readonly unknown[],
  ): Promise<unknown> {
    const scope: Scope = new Map(params.map((name, index) => [name, structuredClone(values[index])]));
    return (await runSteps(steps, scope))?.returned ?? null;
  }

  async function runSteps(steps: unknown, scope: Scope): Promise<Outcome> {
    if (!Array.isArray(steps) || steps.length === 0) throw new Error('no steps');
    for (const named of steps) {
      const [[name, step] = [], ...others] = Object.entries(named);
      if (!isMap(step) || others.length > 0) throw new Error('a step is not an object with one name');
      service.onStep?.(name ?? '');
      const outcome = await runStep(step, scope);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  async function runStep(step: Fields, scope: Scope): Promise<Outcome> {
    const unknown = Object.keys(step).find((key) => !KEYS.includes(key));
    if (unknown !== undefined) throw new Error(`a step has ${unknown}`);
    if ('try' in step) return attempt(step, scope);
    if ('assign' in step) for (const one of step.assign as Fields[]) assign(one, scope); // the compiler writes lists
    if ('switch' in step) return choose(step.switch as Fields[], scope);
    if ('return' in step) return { returned: resolve(step.return, scope) };
    if ('raise' in step) throw new Raised(resolve(step.raise, scope));
    if ('call' in step) scope.set(String(step.result), await post(step, scope));
    return undefined;
  }

  async function choose(conditions: readonly Fields[], scope: Scope): Promise<Outcome> {
    for (const { condition, steps, ...rest } of conditions) {
      if (Object.keys(rest).length > 0) throw new Error(`a condition has ${Object.keys(rest)}`);
      if (resolve(condition, scope) === true) return runSteps(steps, scope);
    }
    return undefined;
  }

  async function attempt({ try: body, retry, except }: Fields, scope: Scope): Promise<Outcome> {
    const { steps } = body as Fields; // as the compiler writes it
    for (let nth = 0; ; nth += 1)
      try {
        return await (steps ? runSteps(steps, scope) : runStep(body as Fields, scope));
      } catch (error) {
        if (!(error instanceof Raised)) throw error;
        if (isMap(retry) && (await mayRetry(retry, nth, error))) continue;
        if (!isMap(except)) throw error;
        scope.set(String(except.as), error.value);
        return await runSteps(except.steps, scope);
      }
  }

  /** Waits before a further attempt, where the policy allows one. */
  async function mayRetry(policy: Fields, nth: number, { value }: Raised): Promise<boolean> {
    const { initial_delay, max_delay, multiplier } = policy.backoff as Readonly<Record<string, number>>;
    if (initial_delay === undefined || max_delay === undefined || multiplier === undefined)
      throw new Error('a backoff is not whole');
    const predicate = source[String(policy.predicate).slice(2, -1)];
    if (predicate === undefined) throw new Error(`no subworkflow ${policy.predicate}`);
    if (nth >= Number(policy.max_retries) || (await runSubworkflow(predicate, [value])) !== true)
      return false;
    service.wait(Math.min(initial_delay * multiplier ** nth, max_delay));
    return true;
  }

  async function post({ call, args }: Fields, scope: Scope): Promise<unknown> {
    if (call !== 'http.post') throw new Error(`a call of ${call}`);
    const { status, body } = await service.post(resolve(args, scope) as Request);
    if (status >= 400)
      throw new Raised({
        tags: ['HttpError'],
        code: status,
        headers: {},
        body,
        message: `HTTP server responded with error code ${status}`,
      });
    return { code: status, headers: {}, body };
  }

  function assign(one: Fields, scope: Scope): void {
    const [[path = '', text] = [], ...others] = Object.entries(one);
    if (others.length > 0) throw new Error('an assignment has two variables');
    const [name = '', key, deeper] = path.split('.');
    if (deeper !== undefined) throw new Error(`an assignment to ${path}`);
    const value = resolve(text, scope);
    const map = scope.get(name);
    if (key === undefined) scope.set(name, value);
    else if (isMap(map)) scope.set(name, { ...map, [key]: value });
    else throw new Raised({ tags: ['TypeError'], message: `${name} is not a map` });
  }

  function resolve(value: unknown, scope: Scope): unknown {
    if (Array.isArray(value)) return value.map((one) => resolve(one, scope));
    if (isMap(value))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolve(one, scope)]));
    if (typeof value !== 'string' || !value.includes('${')) return value;
    if (!/^\$\{[^{}]*\}$/.test(value)) throw new Error(`'${value}' is not one expression`);
    return structuredClone(evaluate(value.slice(2, -1), scope, service));
  }
}

/** A URL of each function, as one that is deployed has. */
export const URLS = Object.fromEntries(
  (Object.keys(FUNCTIONS) as FunctionName[]).map((name) => [name, `https://${name}-x3z.a.run.app`]), // keys of a constant
) as Readonly<Record<FunctionName, string>>;

/** Answer of a function by its behaviour: the status that our runtime gives to its failures. */
export async function answerOf(behave: () => unknown): Promise<Answer> {
  try {
    return { status: 200, body: (await behave()) ?? null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { name, message } = error;
    return { status: name === 'Retryable' ? 503 : 500, body: { code: name, message, fix: 'try it' } };
  }
}

/** Runs a compiled plan with functions in this process. */
export async function runWorkflow(
  { source, variables }: CompiledWorkflow,
  functions: Readonly<Partial<Record<FunctionName, Behaviour>>>,
  argument: unknown,
  now = Date.parse('2026-03-01T02:00:30.250Z'),
): Promise<Run> {
  const calls: Call[] = [];
  const waits: number[] = [];
  let passedSec = 0;
  const service: Service = {
    variables,
    now: () => now + passedSec * 1000,
    wait(seconds) {
      waits.push(seconds);
      passedSec += seconds;
    },
    async post({ url, body }) {
      const name = (Object.keys(URLS) as FunctionName[]).find((one) => URLS[one] === url); // keys of a typed record
      const behaviour = name && functions[name];
      if (name === undefined || behaviour === undefined) throw new Error(`nobody expected a call of ${url}`);
      const state = `${name} ${body.action ?? ''}`;
      calls.push({ state, name, input: body });
      return answerOf(() => behaviour(body, calls.filter((call) => call.state === state).length));
    },
  };
  try {
    return { output: await interpretWorkflow(source, argument, service), calls, waits };
  } catch (error) {
    if (!(error instanceof Raised) || !isMap(error.value)) throw error;
    const { code, message } = error.value;
    return { failure: { error: String(code), cause: String(message) }, calls, waits };
  }
}
