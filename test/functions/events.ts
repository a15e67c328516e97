import type { ModelEvent } from '../../lambdas/ports/events.ts';

/** Events as AWS documents them. */

/** docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html, format 2.0. */
export function httpEvent(method: string, path: string, body?: unknown): unknown {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
    requestContext: {
      accountId: '111111111111',
      apiId: 'api',
      domainName: 'api.execute-api.eu-central-1.amazonaws.com',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'gateway-1',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '12/Mar/2026:19:03:58 +0000',
      timeEpoch: 1_773_342_238_390,
    },
    ...(body !== undefined && { body: Buffer.from(JSON.stringify(body)).toString('base64') }),
    isBase64Encoded: body !== undefined,
  };
}

const envelope = (source: string, detailType: string, detail: unknown, id: string) => ({
  version: '0',
  id,
  'detail-type': detailType,
  source,
  account: '111111111111',
  time: '2026-03-12T19:03:58Z',
  region: 'eu-central-1',
  resources: [],
  detail,
});

/** docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
export function approvedPackage(version: number): unknown {
  const arn = `arn:aws:sagemaker:eu-central-1:111111111111:model-package/bank-marketing-dev/${version}`;
  return envelope(
    'aws.sagemaker',
    'SageMaker Model Package State Change',
    {
      ModelPackageGroupName: 'bank-marketing-dev',
      ModelPackageVersion: version,
      ModelPackageArn: arn,
      ModelPackageStatus: 'Completed',
      ModelApprovalStatus: 'Approved',
    },
    `package-${version}`,
  );
}

/** An event of ours, as the approval publishes it. */
export const approvedEvent = (version: number): ModelEvent => ({
  id: `version.approved:${version}`,
  type: 'version.approved',
  model: 'bank-marketing',
  at: 1,
  detail: { version, digest: 'd', by: 'ada', how: 'manual' },
});

/** An event of ours, as the probe publishes it. */
export const probeFailedEvent = (version: number, at: number): ModelEvent => ({
  id: `probe.failed:${version}:${at}`,
  type: 'probe.failed',
  model: 'bank-marketing',
  at,
  detail: { version, code: 'probe/other-score' },
});

/** Our own event, as EventBridge delivers it. */
export const ownEvent = (event: ModelEvent): unknown =>
  envelope('mlops.bank-marketing', event.type, event, event.id);

export const versionApproved = (version: number): unknown => ownEvent(approvedEvent(version));
export const probeFailed = (version: number, at: number): unknown => ownEvent(probeFailedEvent(version, at));

/**
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 *
 * @param since - Start of the oldest datapoint, ms since 1970.
 */
export function alarmEvent(value: 'ALARM' | 'OK', since: number, id = `alarm-${value}-${since}`): unknown {
  const startDate = new Date(since).toISOString().replace('Z', '+0000');
  return envelope(
    'aws.cloudwatch',
    'CloudWatch Alarm State Change',
    {
      alarmName: 'bank-marketing-dev-ErrorRate',
      state: {
        value,
        reason: 'Threshold Crossed: 2 out of the last 3 datapoints were greater than the threshold (0.02).',
        reasonData: JSON.stringify({
          version: '1.0',
          queryDate: startDate,
          startDate,
          period: 60,
          threshold: 0.02,
        }),
        timestamp: startDate,
      },
      previousState: { value: value === 'OK' ? 'ALARM' : 'OK' },
    },
    id,
  );
}
