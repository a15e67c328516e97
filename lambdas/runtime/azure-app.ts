/** Triggers of an app, registered with the platform by the app's table. */

import {
  app,
  type FunctionInput,
  type HttpHandler,
  type HttpMethod,
  type StorageQueueHandler,
  type TimerHandler,
} from '@azure/functions';

/** The triggers that this file registers, as `lambdas/apps.ts` has them. */
type Trigger =
  | { readonly kind: 'queue'; readonly name: string }
  | { readonly kind: 'timer'; readonly name: string; readonly setting: string }
  | {
      readonly kind: 'http';
      readonly name: string;
      readonly route: string;
      readonly methods: readonly HttpMethod[];
    };
type Kind = Trigger['kind'];
type HandlerOf = {
  readonly queue: StorageQueueHandler;
  readonly timer: TimerHandler;
  readonly http: HttpHandler;
};

/** The names of a table's triggers of a kind. */
type NameOf<
  Table extends readonly { readonly kind: string; readonly name: string }[],
  Of extends Kind,
> = Extract<Table[number], { readonly kind: Of }>['name'];

/** The setting with the app's own storage account, as `AzureWebJobsStorage__accountName` and the like. */
const OWN_ACCOUNT = 'AzureWebJobsStorage';

/**
 * Registers handlers by the names of an app's table.
 *
 * @param env - The app's settings: a timer without its schedule is not registered.
 * @param extraInputs - Inputs of each invocation beside its trigger: the client of Durable Functions.
 */
export function triggersOf<const Table extends readonly { readonly kind: string; readonly name: string }[]>(
  table: Table,
  env: Readonly<Record<string, string | undefined>> = process.env,
  extraInputs: FunctionInput[] = [],
) {
  const rowOf = <Of extends Kind>(kind: Of, name: string): Extract<Trigger, { readonly kind: Of }> => {
    const row = table.find((one) => one.kind === kind && one.name === name);
    if (row === undefined) throw new Error(`the app has no ${kind} '${name}'`);
    return row as unknown as Extract<Trigger, { readonly kind: Of }>; // a table of lambdas/apps.ts
  };
  return {
    queue(name: NameOf<Table, 'queue'>, handler: HandlerOf['queue']): void {
      const { name: queueName } = rowOf('queue', name);
      app.storageQueue(name, { queueName, connection: OWN_ACCOUNT, extraInputs, handler });
    },
    timer(name: NameOf<Table, 'timer'>, handler: HandlerOf['timer']): void {
      const { setting } = rowOf('timer', name);
      if (env[setting] !== undefined) app.timer(name, { schedule: `%${setting}%`, extraInputs, handler });
    },
    /** No keys: the platform's authentication decides who calls. */
    http(name: NameOf<Table, 'http'>, handler: HandlerOf['http']): void {
      const { route, methods } = rowOf('http', name);
      app.http(name, { route, methods: [...methods], authLevel: 'anonymous', extraInputs, handler });
    },
  };
}
