/**
 * Durable Functions' host for one orchestration, in virtual time: the library's own replay engine gets the whole history at
 * each turn, as the host sends it, and everything that it asked for before must come again.
 *
 * Event types and the form of a failure: Azure/azure-functions-durable-js, src/history, src/error.
 */

import { createRequire } from 'node:module';
import { setTimeout } from 'node:timers/promises';
import type { OrchestrationHandler } from 'durable-functions';

/** An action of the engine; of one kind or the other. */
interface Action {
  readonly actionType: number;
  readonly functionName?: string;
  readonly input?: unknown;
  readonly fireAt?: string | Date;
}

/** Answer of one turn. */
export interface TurnState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
}

type HistoryEvent = Readonly<Record<string, unknown>>;

/** Input of one turn, as the host gives it to a trigger `orchestrationTrigger`. */
export interface OrchestrationTurn {
  readonly history: readonly HistoryEvent[];
  readonly input: unknown;
  readonly instanceId: string;
  readonly isReplaying: boolean;
  readonly parentInstanceId: string | null;
  readonly upperSchemaVersion: number;
  readonly upperSchemaVersionNew: number;
  readonly longRunningTimerIntervalDuration: string;
  readonly maximumShortTimerDuration: string;
  readonly defaultHttpAsyncRequestSleepTimeMillseconds: number;
}

/** Runs one turn; rejects with the engine's own failure. */
export type RunTurn = (turn: OrchestrationTurn) => Promise<unknown>;

/** An activity that the host ended: its time-out, or its worker exited. */
export class ActivityEnded extends Error {}

export interface DriveOptions {
  readonly turn: RunTurn;
  readonly input: unknown;
  readonly instanceId?: string;
  /** Runs an activity; takes no virtual time. */
  activity(name: string, input: unknown): unknown;
  /** ms since 1970. @default 2026-03-01T02:00:30.250Z */
  readonly now?: number;
  /** Awaited before each activity, with the virtual time. */
  readonly before?: (name: string, now: number) => Promise<unknown>;
}

export interface DrivenRun {
  /** Absent when it failed. */
  readonly output?: unknown;
  /** Message of the error that it failed with. */
  readonly error?: string;
  readonly activities: readonly { readonly name: string; readonly input: unknown }[];
  /** Seconds of each timer. */
  readonly waits: readonly number[];
  readonly turns: number;
}

const EVENT = {
  executionStarted: 0,
  taskScheduled: 4,
  taskCompleted: 5,
  taskFailed: 6,
  timerCreated: 10,
  timerFired: 11,
  orchestratorStarted: 12,
  orchestratorCompleted: 13,
} as const;
const CALL_ACTIVITY = 0;
const CREATE_TIMER = 5;
/** More than any run of ours has. */
const MOST_TURNS = 500;
/** The clock of this machine must have moved between two turns, or else an orchestration that reads it is not found. */
const APART_MS = 2;

/** A new turn asked for something else than an earlier one. */
export class NotDeterministic extends Error {}

/**
 * Runs an orchestration to its end.
 *
 * @throws NotDeterministic where a replay asks for other things than before
 */
export async function driveOrchestration({
  turn,
  input,
  instanceId = 'run',
  activity,
  now: begin = Date.parse('2026-03-01T02:00:30.250Z'),
  before = async () => {},
}: DriveOptions): Promise<DrivenRun> {
  let now = begin;
  const event = (type: number, more: HistoryEvent = {}): HistoryEvent => ({
    EventType: type,
    EventId: -1,
    IsPlayed: false,
    Timestamp: new Date(now).toISOString(),
    ...more,
  });
  let history = [
    event(EVENT.orchestratorStarted),
    event(EVENT.executionStarted, { Name: 'training', Input: JSON.stringify(input) }),
  ];
  const activities: { name: string; input: unknown }[] = [];
  const waits: number[] = [];
  const done: Action[] = [];
  /** Takes one action into the history; returns what will answer it, and when. */
  const schedule = (action: Action, id: number) => {
    if (action.actionType === CALL_ACTIVITY) {
      const { functionName: name = '', input: given } = action;
      const scheduled = event(EVENT.taskScheduled, {
        EventId: id,
        Name: name,
        Input: JSON.stringify([given]),
      });
      return { scheduled, at: now, answer: () => answerOf(id, name, given) };
    }
    if (action.actionType !== CREATE_TIMER) throw new Error(`an action of type ${action.actionType}`);
    const at = new Date(action.fireAt ?? Number.NaN).getTime();
    const FireAt = new Date(at).toISOString();
    waits.push((at - now) / 1000);
    const scheduled = event(EVENT.timerCreated, { EventId: id, FireAt });
    return { scheduled, at, answer: async () => event(EVENT.timerFired, { TimerId: id, FireAt }) };
  };
  const answerOf = async (id: number, name: string, given: unknown): Promise<HistoryEvent> => {
    await before(name, now);
    activities.push({ name, input: given });
    try {
      const result = JSON.stringify((await activity(name, given)) ?? null);
      return event(EVENT.taskCompleted, { TaskScheduledId: id, Result: result });
    } catch (error) {
      if (!(error instanceof ActivityEnded)) throw error;
      const Reason = `Activity function '${name}' failed: ${error.message}`;
      return event(EVENT.taskFailed, { TaskScheduledId: id, Reason, Details: error.message });
    }
  };

  for (let turns = 1; turns <= MOST_TURNS; turns += 1) {
    const isReplaying = turns > 1;
    const state = await stateOf(turn({ ...turnOf(history, input, instanceId), isReplaying }));
    const actions = state.actions.flat();
    for (const [index, known] of done.entries())
      if (JSON.stringify(actions[index]) !== JSON.stringify(known))
        throw new NotDeterministic(
          `turn ${turns}, request ${index}: was ${JSON.stringify(known)}, is ${JSON.stringify(actions[index])}`,
        );
    if (state.error !== undefined) return { error: state.error, activities, waits, turns };
    if (state.isDone) return { output: json(state.output), activities, waits, turns };
    const [action, ...others] = actions.slice(done.length);
    if (action === undefined || others.length > 0) throw new Error('a plan asks for one thing at a time');
    const { scheduled, at, answer } = schedule(action, done.length);
    done.push(action);
    const ended = event(EVENT.orchestratorCompleted);
    now = Math.max(now, at);
    const answered = await answer();
    await setTimeout(APART_MS);
    history = [...history, scheduled, ended].map((one) => ({ ...one, IsPlayed: true }));
    history.push(event(EVENT.orchestratorStarted), answered);
  }
  throw new Error(`the orchestration is not done after ${MOST_TURNS} turns`);
}

const json = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** The schema of a host whose extension is newer than the one that long timers came with. */
const SCHEMA = 2;

const turnOf = (
  history: readonly HistoryEvent[],
  input: unknown,
  instanceId: string,
): Omit<OrchestrationTurn, 'isReplaying'> => ({
  history: structuredClone(history), // the engine turns times into dates
  input: json(input),
  instanceId,
  parentInstanceId: null,
  upperSchemaVersion: SCHEMA,
  upperSchemaVersionNew: SCHEMA,
  longRunningTimerIntervalDuration: '3.00:00:00',
  maximumShortTimerDuration: '6.00:00:00',
  defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
});

/** Before the state in the text of a failure: the host reads it from there. */
const STATE_MARK = '\n\n$OutOfProcData$:';

async function stateOf(turn: Promise<unknown>): Promise<TurnState> {
  try {
    return json(await turn) as TurnState; // of the engine
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const mark = text.indexOf(STATE_MARK);
    if (mark < 0) throw error;
    return JSON.parse(text.slice(mark + STATE_MARK.length)) as TurnState; // of the engine
  }
}

/** Parts of the library that its index does not export; the version is pinned. */
interface Engine {
  createOrchestrator(handler: OrchestrationHandler): (turn: unknown, context: unknown) => Promise<unknown>;
  readonly DummyOrchestrationContext: new (
    name: string,
    id: string,
    log: (level: string, ...lines: unknown[]) => void,
  ) => unknown;
}

/**
 * Turns of a handler in this process.
 *
 * @param log - Takes each line that it logs.
 */
export function turnsOf(handler: OrchestrationHandler, log: (line: string) => void = () => {}): RunTurn {
  const { createOrchestrator, DummyOrchestrationContext } = createRequire(import.meta.url)(
    'durable-functions/lib/src/util/testingUtils.js',
  ) as Engine; // has no types
  const orchestrator = createOrchestrator(handler);
  return (turn) =>
    orchestrator(
      turn,
      new DummyOrchestrationContext('training', 'invocation', (_, ...lines) =>
        log(lines.map(String).join(' ')),
      ),
    );
}
