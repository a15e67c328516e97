import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ResolvedConfig } from '../contract/model-props.ts';
import { serviceRules } from '../shared/alarm-rules.ts';
import { countOf, modelAlarm, shareOf } from './alarm.ts';
import type { Notifications } from './notifications.ts';
import { METRIC_NAMESPACE } from './serverless-function.ts';

export interface ServiceAlarmsProps {
  readonly config: ResolvedConfig;
  readonly api: HttpApi;
  readonly function: IFunction;
  readonly notifications: Notifications;
}

/**
 * Alarms on the scoring API that notify people and roll nothing back. The API counts its own answers, also those that the function
 * never saw (docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html).
 */
export class ServiceAlarms extends Construct {
  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    for (const rule of serviceRules(props.config))
      modelAlarm(this, rule.id, {
        ...rule,
        metric: metricOf(rule, props),
        notifications: props.notifications,
      });
  }
}

function metricOf(
  { id, minimum, periodSec }: ReturnType<typeof serviceRules>[number],
  { config: { model }, api, function: scoring }: ServiceAlarmsProps,
): IMetric {
  const period = Duration.seconds(periodSec);
  switch (id) {
    case 'ServerErrors':
    case 'Outage':
    case 'QuietOutage':
      return shareOf(
        api.metricServerError({ period, statistic: 'Sum' }),
        api.metricCount({ period, statistic: 'SampleCount' }),
        minimum,
        period,
        'share of 5xx answers',
      );
    case 'Throttles':
      return countOf(scoring.metricThrottles({ period, statistic: 'Sum' }), period, 'refused calls');
    case 'RecordsLost':
      return countOf(
        new Metric({
          namespace: METRIC_NAMESPACE,
          metricName: 'recordsLost',
          statistic: 'Sum',
          period,
          dimensionsMap: { model: model.name, environment: model.environment, arm: 'champion' },
        }),
        period,
        'records lost',
      );
  }
}
