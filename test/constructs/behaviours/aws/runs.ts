import { at, type Located, listOf, resourcesOf, type Stacks, targetsOf } from '../../../support/template.ts';
import type { Listener, Run, Schedule } from '../reader.ts';
import { pointedAt, runNameOf, startableOf } from './names.ts';
import { rightsOf } from './rights.ts';

type State = Readonly<Record<string, unknown>>;

/** Both state machines. */
export function runsOf(stacks: Stacks): Run[] {
  return resourcesOf(stacks, 'AWS::StepFunctions::StateMachine').map((machine) => {
    const role = pointedAt(stacks, machine.stack, machine.properties.RoleArn, 'AWS::IAM::Role');
    return {
      id: machine.id,
      name: runNameOf(machine.id),
      identity: role,
      steps: stepsOf(stacks, machine),
      rights: rightsOf(stacks, role ?? '', { everywhere: ['logs:', 'xray:'] }),
    };
  });
}

/** The functions of the task states, from the first state along the way of a run that succeeds in all steps. */
function stepsOf(stacks: Stacks, { stack, properties }: Located): Run['steps'] {
  const { StartAt, States } = JSON.parse(String(properties.DefinitionString)) as {
    readonly StartAt: string;
    readonly States: Readonly<Record<string, State>>;
  };
  const steps: (Run['steps'][number] | undefined)[] = [];
  const seen = new Set<string>();
  for (let name: unknown = StartAt; typeof name === 'string' && !seen.has(name); ) {
    seen.add(name);
    const state: State = States[name] ?? {};
    if (state.Type === 'Task') {
      const placeholder = String(state.Resource).replace(/^\$\{(\w+)\}$/, '$1');
      steps.push(
        startableOf(
          stacks,
          stack,
          at(properties.DefinitionSubstitutions, placeholder),
        ) as Run['steps'][number],
      ); // a Lambda function
    }
    name = state.Next ?? state.Default;
  }
  return steps;
}

/** The time that EventBridge Scheduler puts in (UserGuide/managing-schedule-context-attributes.html). */
const PLANNED_TIME = '<aws.scheduler.scheduled-time>';

export function schedulesOf(stacks: Stacks): Schedule[] {
  return resourcesOf(stacks, 'AWS::Scheduler::Schedule')
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(({ id, stack, properties }) => {
      const { at: time, ...input } = JSON.parse(String(at(properties, 'Target', 'Input') ?? '{}')) as State;
      const role = pointedAt(stacks, stack, at(properties, 'Target', 'RoleArn'), 'AWS::IAM::Role');
      const queue = at(properties, 'Target', 'DeadLetterConfig', 'Arn');
      return {
        id,
        starts: startableOf(stacks, stack, at(properties, 'Target', 'Arn')),
        identity: role,
        rights: role === undefined ? undefined : rightsOf(stacks, role),
        input,
        namesItsTime: time === PLANNED_TIME,
        deadLetters: pointedAt(stacks, stack, queue, 'AWS::SQS::Queue'),
        cron: cronOf(String(properties.ScheduleExpression), properties.ScheduleExpressionTimezone),
      };
    });
}

/** Cron of EventBridge Scheduler, whose Sunday is 1 and whose `?` is any day; every year. */
function cronOf(expression: string, zone: unknown): string {
  if (expression === 'rate(1 minute)') return '* * * * *';
  if (expression === 'rate(5 minutes)') return '*/5 * * * *';
  const [, minute, hour, day, month, weekday, year] =
    /^cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)$/.exec(expression) ?? [];
  if (minute === undefined || weekday === undefined || year !== '*' || zone !== 'UTC')
    throw new Error(`schedule '${expression}' in ${zone} is not known to this reader`);
  const any = (field?: string) => (field === '?' ? '*' : field);
  const sundayIs0 = weekday.replaceAll(/\d+/g, (number) => `${Number(number) - 1}`);
  return [minute, hour, any(day), month, any(sundayIs0)].join(' ');
}

/** Rules on the bus of the model; those on the account's own bus hear services of AWS. */
export function listenersOf(stacks: Stacks): Listener[] {
  return resourcesOf(stacks, 'AWS::Events::Rule')
    .filter(
      ({ stack, properties }) =>
        properties.State === 'ENABLED' &&
        pointedAt(stacks, stack, properties.EventBusName, 'AWS::Events::EventBus') !== undefined,
    )
    .flatMap((rule) => {
      const types = listOf(at(rule.properties, 'EventPattern', 'detail-type'));
      return (types.length > 0 ? types : ['every event']).flatMap((event) =>
        listOf(rule.properties.Targets).map((target) => listener(stacks, rule, String(event), target)),
      );
    });
}

function listener(stacks: Stacks, { id, stack }: Located, event: string, target: unknown): Listener {
  const [role] = targetsOf(stacks, stack, at(target, 'RoleArn'));
  const transformer = at(target, 'InputTransformer');
  const template = String(at(transformer, 'InputTemplate') ?? '{}').replaceAll(/<\w+>/g, 'null');
  const constants = Object.entries(JSON.parse(template) as State).filter(([, value]) => value !== null);
  return {
    id,
    event,
    starts: startableOf(stacks, stack, at(target, 'Arn')),
    identity: role,
    rights: role === undefined ? undefined : rightsOf(stacks, role),
    input: Object.fromEntries(constants),
    namesItsTime: transformer === undefined || at(transformer, 'InputPathsMap', 'at') === '$.time',
    deadLetters: pointedAt(stacks, stack, at(target, 'DeadLetterConfig', 'Arn'), 'AWS::SQS::Queue'),
  };
}
