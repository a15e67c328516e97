/** How often each function is called and each state visited in a month, read from the templates' own wiring. */

import { at, type Located, referenceOf } from '../clouds/aws/resources.ts';
import { runsPerMonth } from '../clouds/aws/schedule-expression.ts';
import type { Usage } from './usage.ts';

/** Counts of one month, by logical id. */
export interface Flow {
  readonly calls: ReadonlyMap<string, number>;
  readonly executions: ReadonlyMap<string, number>;
  readonly states: ReadonlyMap<string, number>;
  readonly scheduled: ReadonlyMap<string, number>;
  /** Runs that bring rows in, and those that train as well. */
  readonly runs: number;
  readonly retrainings: number;
}

/** Events that rules wait for, and how often they come. */
const eventsPerMonth = (usage: Usage, retrainings: number): Readonly<Record<string, number>> => ({
  'retraining.requested': usage.calledRetrainings,
  'version.approved': retrainings,
  'SageMaker Model Package State Change': retrainings,
});

/** A start of something: how often, and its input. */
interface Start {
  readonly target: string;
  readonly times: number;
  readonly input: unknown;
}

/** Follows every schedule, rule and request of the stacks through the state machines to the functions. */
export function flowOf(resources: readonly Located[], usage: Usage): Flow {
  const byId = new Map(resources.map((one) => [one.logicalId, one]));
  const scheduled = new Map<string, number>();
  const starts: Start[] = [];
  for (const { type, logicalId, properties } of resources) {
    if (type !== 'AWS::Scheduler::Schedule') continue;
    const times = runsPerMonth(String(properties.ScheduleExpression)) ?? 0;
    scheduled.set(logicalId, times);
    const target = referenceOf(at(properties, 'Target', 'Arn'));
    if (target !== undefined)
      starts.push({ target, times, input: jsonOf(at(properties, 'Target', 'Input')) });
  }
  const trains = ({ target, input }: Start) =>
    byId.get(target)?.type === 'AWS::StepFunctions::StateMachine' &&
    callsOf(byId.get(target), input, byId).some((id) => functionName(byId.get(id)) === 'train');
  const onSchedule = starts.filter(trains).reduce((sum, { times }) => sum + times, 0);
  const retrainings = onSchedule + usage.calledRetrainings;
  starts.push(...ruled(resources, eventsPerMonth(usage, retrainings)), ...requested(resources, byId, usage));

  const calls = new Map<string, number>();
  const executions = new Map<string, number>();
  const states = new Map<string, number>();
  const add = (map: Map<string, number>, id: string, times: number) =>
    map.set(id, (map.get(id) ?? 0) + times);
  for (const { target, times, input } of starts) {
    const found = byId.get(target);
    if (found?.type === 'AWS::Lambda::Function') add(calls, target, times);
    if (found?.type !== 'AWS::StepFunctions::StateMachine') continue;
    add(executions, target, times);
    add(states, target, times * visitedOf(found, input).length);
    for (const called of callsOf(found, input, byId)) add(calls, called, times);
  }
  const runs = [...calls].reduce(
    (most, [id, times]) => (functionName(byId.get(id)) === 'ingest' ? times : most),
    0,
  );
  return { calls, executions, states, scheduled, runs, retrainings };
}

/** The name of a function, by the file that its handler is in. */
export function functionName(resource: Located | undefined): string | undefined {
  return resource?.type === 'AWS::Lambda::Function'
    ? String(resource.properties.Handler).split('.')[0]
    : undefined;
}

function ruled(resources: readonly Located[], events: Readonly<Record<string, number>>): Start[] {
  return resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .flatMap(({ properties }) => {
      const types = at(properties, 'EventPattern', 'detail-type');
      const times = (Array.isArray(types) ? types : []).reduce(
        (sum: number, one) => sum + (events[String(one)] ?? 0),
        0,
      );
      const targets = Array.isArray(properties.Targets) ? properties.Targets : [];
      return targets.flatMap((one: unknown) => {
        const target = referenceOf(at(one, 'Arn'));
        return target === undefined ? [] : [{ target, times, input: {} }];
      });
    });
}

/** Requests go through an alias and its version to the function. */
function requested(resources: readonly Located[], byId: ReadonlyMap<string, Located>, usage: Usage): Start[] {
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration')
    .flatMap(({ properties }) => {
      const id = referenceOf(properties.IntegrationUri);
      const found = id === undefined ? undefined : byId.get(id);
      const target = found?.type === 'AWS::Lambda::Alias' ? referenceOf(found.properties.FunctionName) : id;
      return target === undefined ? [] : [{ target, times: usage.predictions, input: {} }];
    });
}

/** A state of the definitions that `constructs/aws/compile-pipeline.ts` writes. */
interface State {
  readonly Type: string;
  readonly Resource?: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly Choices?: readonly {
    readonly Variable: string;
    readonly BooleanEquals?: boolean;
    readonly Next: string;
  }[];
}

/** Returns the states of an execution without failures. */
function visitedOf({ properties }: Located, input: unknown): readonly State[] {
  const { StartAt, States } = jsonOf(properties.DefinitionString) as {
    readonly StartAt: string;
    readonly States: Readonly<Record<string, State>>;
  }; // Amazon States Language
  const visited: State[] = [];
  for (let name: string | undefined = StartAt; name !== undefined && visited.length < 100; ) {
    const state: State | undefined = States[name];
    if (state === undefined) break;
    visited.push(state);
    name = nextOf(state, input);
  }
  return visited;
}

function nextOf({ Choices = [], Default, Next }: State, input: unknown): string | undefined {
  const chosen = Choices.find(
    ({ Variable, BooleanEquals }) => at(input, ...Variable.replace(/^\$\./, '').split('.')) === BooleanEquals,
  );
  return chosen?.Next ?? Default ?? Next;
}

/** The functions that such an execution calls, one after the other. */
function callsOf(machine: Located | undefined, input: unknown, byId: ReadonlyMap<string, Located>): string[] {
  if (machine === undefined) return [];
  return visitedOf(machine, input).flatMap(({ Resource = '' }) => {
    const placeholder = /^\$\{(\w+)\}$/.exec(Resource)?.[1] ?? '';
    const id = referenceOf(at(machine.properties, 'DefinitionSubstitutions', placeholder));
    return id !== undefined && byId.has(id) ? [id] : [];
  });
}

function jsonOf(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? {};
  return JSON.parse(text);
}
