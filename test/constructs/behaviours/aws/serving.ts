import { at, listOf, resourcesOf, type Stacks, statementsOf } from '../../../support/template.ts';
import type { Alarm, Budget, Dashboard, Route, TemplateReader } from '../reader.ts';
import { pointedAt, runNameOf } from './names.ts';
import { rightsOf } from './rights.ts';

export const routesOf = (stacks: Stacks): Route[] =>
  resourcesOf(stacks, 'AWS::ApiGatewayV2::Route').map(({ id, properties }) => {
    const [method = '', path = ''] = String(properties.RouteKey).split(' ');
    const isToken = properties.AuthorizationType === 'JWT' && properties.AuthorizerId !== undefined;
    return { id, method, path, isAuthenticated: isToken || properties.AuthorizationType === 'AWS_IAM' };
  });

/** Roles that somebody other than a service of AWS may take. */
export function callersOf(stacks: Stacks): ReturnType<TemplateReader['callers']> {
  return resourcesOf(stacks, 'AWS::IAM::Role').flatMap(({ id, properties }) =>
    statementsOf(properties.AssumeRolePolicyDocument)
      .flatMap(({ Principal }) => (Principal === '*' ? ['*'] : listOf(at(Principal, 'AWS'))))
      .map((caller) => ({ id, caller: String(caller), rights: rightsOf(stacks, id) })),
  );
}

/** The id of the construct, before the eight digits that make it a logical id. */
const RULE = /^(?:RollbackAlarms|ScoringApiAlarms)([A-Za-z]+)[0-9A-F]{8}$/;

export function alarmsOf(stacks: Stacks): Alarm[] {
  return resourcesOf(stacks, 'AWS::CloudWatch::Alarm').map(({ id, stack, name, properties }) => {
    const expressions = listOf(properties.Metrics).map((metric) => String(at(metric, 'Expression')));
    const [minimum] = expressions.flatMap((one) => /^IF\(.* >= (\d+),/.exec(one)?.[1] ?? []);
    const [period] = [
      properties.Period,
      ...listOf(properties.Metrics).map((one) => at(one, 'MetricStat', 'Period')),
    ].filter((one) => one !== undefined);
    const isHeartbeat = String(properties.ComparisonOperator).startsWith('LessThan');
    const actions = listOf(properties.AlarmActions);
    const machine = pointedAt(stacks, stack, properties.Dimensions, 'AWS::StepFunctions::StateMachine');
    return {
      id,
      rule: RULE.exec(name)?.[1] as Alarm['rule'], // compared with the rules
      threshold:
        properties.ComparisonOperator === 'GreaterThanThreshold' ? Number(properties.Threshold) : Number.NaN,
      minimum: minimum === undefined ? undefined : Number(minimum),
      window: [
        Number(period),
        Number(properties.DatapointsToAlarm ?? properties.EvaluationPeriods),
        Number(properties.EvaluationPeriods),
      ],
      isHeartbeat,
      firesWithoutData: properties.TreatMissingData !== 'notBreaching',
      notifiesPeople: actions.some((one) => pointedAt(stacks, stack, one, 'AWS::SNS::Topic') !== undefined),
      runbook: /README\.md#([\w-]+)$/.exec(String(properties.AlarmDescription))?.[1],
      failuresOf: properties.MetricName === 'ExecutionsFailed' ? runNameOf(machine) : undefined,
    };
  });
}

/** Every metric of the functions, by `["Mlops", "<name>", …]` in the widgets. */
export const dashboardsOf = (stacks: Stacks): Dashboard[] =>
  resourcesOf(stacks, 'AWS::CloudWatch::Dashboard').map(({ id, properties: { DashboardBody: body } }) => {
    const text = listOf(at(body, 'Fn::Join', 1) ?? body)
      .map((part) => (typeof part === 'string' ? part : 'reference'))
      .join('');
    const { widgets } = JSON.parse(text) as { readonly widgets: readonly unknown[] };
    const metrics = widgets.flatMap((widget) => listOf(at(widget, 'properties', 'metrics')));
    return {
      id,
      metrics: metrics.filter((one) => at(one, 0) === 'Mlops').map((one) => String(at(one, 1))),
    };
  });

export const budgetsOf = (stacks: Stacks): Budget[] =>
  resourcesOf(stacks, 'AWS::Budgets::Budget').map(({ id, properties }) => ({
    id,
    monthly:
      at(properties, 'Budget', 'TimeUnit') === 'MONTHLY'
        ? Number(at(properties, 'Budget', 'BudgetLimit', 'Amount'))
        : Number.NaN,
    currency: String(at(properties, 'Budget', 'BudgetLimit', 'Unit')),
    people: listOf(properties.NotificationsWithSubscribers).flatMap((one) =>
      listOf(at(one, 'Subscribers')).map((subscriber) => String(at(subscriber, 'Address'))),
    ),
  }));
