import { APPS, type AppName, type AppTrigger } from '../../lambdas/apps.ts';
import type { FunctionApp } from './function-app.ts';
import { appRequests, CRASHES, rowWhere } from './kql.ts';
import type { LogAlarm } from './log-alarms.ts';

/**
 * The alarm on each call of an app's timers that failed: a timer of Azure does not try again. Steps of a run are left out, because
 * a run tries them again.
 *
 * @param name - Kind of the app, as the table of apps has it.
 */
export function failedCalls(app: FunctionApp, name: AppName): LogAlarm {
  const { triggers }: { readonly triggers: readonly AppTrigger[] } = APPS[name];
  const functions = triggers.filter(({ kind }) => kind === 'timer').map((timer) => timer.name);
  return {
    name: `${name} failed`,
    query: (seconds) =>
      rowWhere(appRequests({ app: app.functionName, seconds, functions }), { failed: CRASHES }, 'failed > 0'),
    says: 'a call by a schedule failed',
    runbook: 'runbook-lost-starts',
  };
}
