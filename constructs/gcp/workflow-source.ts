/**
 * Parts of a Cloud Workflows definition that do not depend on the run plan: how a run is started, its state, and how it
 * ends. Only functions of the standard library that need no right are used
 * (cloud.google.com/workflows/docs/reference/stdlib/overview).
 */

/** A step by its name: one key. */
export type NamedStep = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Subworkflow {
  readonly params: readonly string[];
  readonly steps: readonly NamedStep[];
}

/**
 * A definition in the JSON form of the syntax (cloud.google.com/workflows/docs/reference/syntax): `main`, and the
 * subworkflows that it names.
 *
 * It has to stay within cloud.google.com/workflows/quotas: 128 KB of source, 400 characters in an expression, 50
 * assignments or conditions in a step, calls nested 20 deep, 512 KB of variables, 1,800 s for an HTTP request, a year
 * for an execution. test/workflow holds each that a definition shows.
 */
export interface WorkflowSource {
  readonly main: Subworkflow;
  readonly [name: string]: Subworkflow;
}

/** A text that Workflows evaluates (cloud.google.com/workflows/docs/reference/syntax/expressions). */
export const expression = (text: string): string => `\${${text}}`;

/** Name of the variable that holds the state of a run; functions are called with its fields. */
const STATE = 'run';

/** A field of the state, inside an expression. */
export const stateField = (name: string): string => `${STATE}.${name}`;

/** Fields of the state that a run begins with. */
export type StartField = 'trigger' | 'at' | 'data';

/**
 * The minute of a time like `2026-03-01T02:00:30.5Z`. A schedule that delivers twice in a minute starts one run, since
 * the run is named by its time. A second delivery in the next minute is a run of its own, which waits for the lease. `time.format` and Pub/Sub write times in this form, with any number of digits after the
 * second (cloud.google.com/workflows/docs/reference/stdlib/time/format).
 */
const minuteOf = (time: string): string => `text.substring(${time}, 0, 16) + ":00Z"`;

/**
 * Reads how the run was started into its state.
 *
 * - Cloud Scheduler and people give the argument of an execution: `{trigger, data, at?}`.
 * - Eventarc gives a CloudEvent around a Pub/Sub message: `{data: {subscription, message: {attributes: {trigger},
 *   publishTime, …}}, id, source, time, …}` (cloud.google.com/eventarc/docs/workflows/cloudevents). A message that is
 *   delivered again has the same `publishTime`, so that it starts the same run.
 *
 * `at` is the minute of the start where nothing gives it. `map.get` of a value that is not a map is null
 * (cloud.google.com/workflows/docs/reference/stdlib/map/get), so an argument of any form gets as far as the function,
 * and the function refuses it by name.
 *
 * @param fields - Fields of the state, in this order.
 */
export function startOfRun(fields: readonly StartField[]): NamedStep {
  const byHand: Readonly<Record<StartField, unknown>> = {
    trigger: expression('map.get(event, "trigger")'),
    at: expression(`default(map.get(event, "at"), ${minuteOf('time.format(sys.now())')})`),
    data: expression('default(map.get(event, "data"), false)'),
  };
  const byMessage: Readonly<Record<StartField, unknown>> = {
    trigger: expression('map.get(event, ["data", "message", "attributes", "trigger"])'),
    at: expression(minuteOf('event.data.message.publishTime')),
    data: false,
  };
  const assign = (from: Readonly<Record<StartField, unknown>>) => ({
    assign: [{ [STATE]: Object.fromEntries(fields.map((field) => [field, from[field]])) }],
  });
  return {
    start: {
      switch: [
        {
          condition: expression('map.get(event, ["data", "message"]) == null'),
          steps: [{ byHand: assign(byHand) }],
        },
        { condition: true, steps: [{ byMessage: assign(byMessage) }] },
      ],
    },
  };
}

/** Makes the answer of a call the state. */
export const stateFrom = (answer: string): NamedStep => ({
  keepState: { assign: [{ [STATE]: expression(`${answer}.body`) }] },
});

/** Keeps the answer of a call in the state. */
export const keepAnswer = (field: string, answer: string): NamedStep => ({
  [`${field}Answer`]: { assign: [{ [stateField(field)]: expression(`${answer}.body`) }] },
});

/** The run succeeds, and its state is its result. */
export const DONE: NamedStep = { done: { return: expression(STATE) } };

/** The code that one of our functions gives to its failure; null where something else has failed. */
export const failureCode = (failure: string): string => `map.get(${failure}, ["body", "code"])`;

/**
 * Steps that end a run with the failure of one of its calls: the function's own `{code, message, fix}`, or the error of
 * Workflows where no function has answered (cloud.google.com/workflows/docs/reference/syntax/error-types).
 */
export const failWith = (failure: string): readonly NamedStep[] => [
  {
    failed: {
      switch: [
        {
          condition: expression(`${failureCode(failure)} == null`),
          steps: [{ failedOutside: { raise: expression(failure) } }],
        },
      ],
    },
  },
  { failedInFunction: { raise: expression(`${failure}.body`) } },
];
