/** Schedules, rules, requests and state machines, read from the templates' own wiring. */

import type { Located } from '../../cost/located.ts';
import type { EventStart, Execution, Occurrence, ScheduledStart, Wiring } from '../../cost/wiring.ts';
import { at } from '../value-at.ts';
import { referenceOf } from './resources.ts';
import { runsPerMonth } from './schedule-expression.ts';

type ById = ReadonlyMap<string, Located>;

export function wiringOf(resources: readonly Located[]): Wiring {
  const byId = new Map(resources.map((one) => [one.logicalId, one]));
  return {
    schedules: schedulesOf(resources, byId),
    triggers: [...ruled(resources), ...requested(resources, byId)],
    execution: (target, input) => executionOf(byId.get(target), input, byId),
  };
}

function schedulesOf(resources: readonly Located[], byId: ById): ScheduledStart[] {
  return resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map(({ logicalId, properties }) => ({
      logicalId,
      timesPerMonth: runsPerMonth(String(properties.ScheduleExpression)) ?? 0,
      target: behindAlias(referenceOf(at(properties, 'Target', 'Arn')), byId),
      input: jsonOf(at(properties, 'Target', 'Input')),
    }));
}

/** Events that rules wait for, and what has happened when one comes. */
const OCCURRENCES: Readonly<Record<string, Occurrence>> = {
  'retraining.requested': 'retraining-called',
  'version.approved': 'version-approved',
  'release.moved': 'version-approved',
  'SageMaker Model Package State Change': 'version-approved',
};

function ruled(resources: readonly Located[]): EventStart[] {
  return resources
    .filter(({ type }) => type === 'AWS::Events::Rule')
    .flatMap(({ properties }) => {
      const types = at(properties, 'EventPattern', 'detail-type');
      const on = (Array.isArray(types) ? types : []).flatMap((one) => OCCURRENCES[String(one)] ?? []);
      const targets = Array.isArray(properties.Targets) ? properties.Targets : [];
      return targets.flatMap((one: unknown) => {
        const target = referenceOf(at(one, 'Arn'));
        return target === undefined ? [] : [{ target, on }];
      });
    });
}

/** The function of an alias; everything else itself. */
function behindAlias(id: string | undefined, byId: ById): string | undefined {
  const found = id === undefined ? undefined : byId.get(id);
  return found?.type === 'AWS::Lambda::Alias' ? referenceOf(found.properties.FunctionName) : id;
}

function requested(resources: readonly Located[], byId: ById): EventStart[] {
  return resources
    .filter(({ type }) => type === 'AWS::ApiGatewayV2::Integration')
    .flatMap(({ properties }) => {
      const target = behindAlias(referenceOf(properties.IntegrationUri), byId);
      return target === undefined ? [] : [{ target, on: ['prediction' as const] }];
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

function executionOf(machine: Located | undefined, input: unknown, byId: ById): Execution | undefined {
  if (machine?.type !== 'AWS::StepFunctions::StateMachine') return undefined;
  const visited = visitedOf(machine, input);
  const calls = visited.flatMap(({ Resource = '' }) => {
    const placeholder = /^\$\{(\w+)\}$/.exec(Resource)?.[1] ?? '';
    const id = referenceOf(at(machine.properties, 'DefinitionSubstitutions', placeholder));
    return id !== undefined && byId.has(id) ? [id] : [];
  });
  return { states: visited.length, calls };
}

/** The states of an execution without a failure. */
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

function jsonOf(text: unknown): unknown {
  if (typeof text !== 'string') return text ?? {};
  return JSON.parse(text);
}
