/** The behaviours of serving and of watching it: endpoint, alarms, dashboard, budget. */

import { rollbackRules, serviceRules } from '../../../constructs/shared/alarm-rules.ts';
import { methodsOf, SCORING_PATHS } from '../../../lambdas/core/scoring-paths.ts';
import { checkEach, together } from '../../policy/check.ts';
import { EMITTED } from '../../policy/observability.ts';
import { type Check, differs, sameMembers } from './check.ts';

const answersAllPaths: Check = (reader) => {
  const routes = reader.routes();
  const wanted = Object.entries(SCORING_PATHS).flatMap(([path, method]) =>
    methodsOf(method).map((one) => `${one} ${path}`),
  );
  return together(
    sameMembers(
      'endpoint',
      routes.flatMap(({ method, path }) => (path === '*' ? wanted : [`${method} ${path}`])),
      wanted,
    ),
    checkEach(routes, ({ isAuthenticated }) => [!isAuthenticated && 'answers everybody']),
  );
};

const callersOfTheEnvironment: Check = (reader, { environment }) => {
  const callers = reader.callers();
  const { runs, approvers } = reader.coarse;
  const wanted = [
    ...environment.callers.map((caller) => `${caller} starts score`),
    ...environment.starters.map((starter) => `${starter} starts ${runs ? 'monitoring, ' : ''}training`),
    ...(approvers ? environment.approvers : []).map((approver) => `${approver} starts approve, release`),
  ];
  return together(
    sameMembers(
      'callers',
      callers.map(({ caller, rights }) => `${caller} starts ${[...rights.starts].sort().join(', ')}`),
      wanted,
    ),
    checkEach(callers, ({ rights: { reads, writes, lists, deletes, calls, others } }) =>
      [...reads, ...writes, ...lists, ...deletes, ...calls, ...others].map((right) => `may ${right}`),
    ),
  );
};

const rulesOfAllClouds: Check = (reader, config) => {
  const alarms = reader.alarms().filter(({ rule }) => rule !== undefined);
  const { unseen, leastSec, mostSec } = reader.coarse.alarms;
  const rules = [...rollbackRules(config), ...serviceRules(config)]
    .filter(({ id, periodSec }) => !unseen.includes(id) && periodSec <= mostSec)
    .map((rule) => {
      const periodSec = Math.max(leastSec, rule.periodSec);
      const [breaching, of] = rule.periods;
      return { ...rule, periodSec, periods: [breaching, Math.min(of, Math.floor(mostSec / periodSec))] };
    });
  return together(
    sameMembers(
      'alarms',
      alarms.map(({ rule }) => rule),
      rules.map(({ id }) => id),
    ),
    checkEach(alarms, (alarm) => {
      const rule = rules.find(({ id }) => id === alarm.rule);
      return [
        differs('fires above', `${alarm.threshold}`, `${rule?.threshold}`),
        differs('needs failures', `${alarm.minimum ?? 1}`, `${rule?.minimum}`),
        differs('looks at', `${alarm.window}`, `${rule?.periodSec},${rule?.periods}`),
        differs('links to', `${alarm.runbook}`, `${rule?.runbook}`),
      ];
    }),
  );
};

const soundAlarms: Check = (reader) =>
  checkEach(reader.alarms(), ({ firesWithoutData, isHeartbeat, notifiesPeople, runbook }) => [
    firesWithoutData && !isHeartbeat && 'fires without data',
    isHeartbeat && !firesWithoutData && 'is quiet when what it watches has stopped',
    !notifiesPeople && 'notifies nobody',
    !runbook?.startsWith('runbook-') && 'links to no runbook',
  ]);

const failedRuns: Check = (reader) =>
  checkEach(reader.runs(), ({ name }) => [
    !reader.alarms().some(({ failuresOf, threshold }) => failuresOf === name && threshold === 0) &&
      'fails without an alarm',
  ]);

const dashboardShowsMetrics: Check = (reader, { environment }) => {
  const dashboards = reader.dashboards();
  return together(
    sameMembers(
      'dashboards',
      dashboards.map(() => 'one'),
      environment.dashboard ? ['one'] : [],
    ),
    checkEach(dashboards, ({ metrics }) => [
      differs('shows', [...new Set(metrics)].sort().join(', '), Object.keys(EMITTED).sort().join(', ')),
    ]),
  );
};

const budgetOfTheEnvironment: Check = (reader, { environment: { budget, alertTo } }) => {
  const got = reader.budgets();
  return together(
    sameMembers(
      'budgets',
      got.map(({ monthly, currency }) => `${monthly} ${currency ?? budget?.currency}`),
      budget ? [`${budget.monthly} ${budget.currency}`] : [],
    ),
    checkEach(got, ({ people }) => [
      differs('notifies', [...new Set(people)].sort().join(', '), [...alertTo].sort().join(', ')),
    ]),
  );
};

export const SERVING_BEHAVIOURS = {
  'the endpoint has every path of the service, behind authentication': answersAllPaths,
  'the callers and starters of the environment may call and start, and nobody else': callersOfTheEnvironment,
  'the alarms on answers have the rules of all clouds': rulesOfAllClouds,
  'an alarm is quiet without data, notifies people and links to its runbook': soundAlarms,
  'a failed run raises an alarm': failedRuns,
  'the dashboard shows every metric that the functions write': dashboardShowsMetrics,
  'the budget has the amount and the people of the environment': budgetOfTheEnvironment,
} as const satisfies Readonly<Record<string, Check>>;
