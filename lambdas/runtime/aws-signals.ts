/** The events that AWS delivers to the release controller and the approval. */

import type { ReleaseSignal } from '../core/release/signal.ts';
import { fieldsOf, identityOf, malformed, textField, timeOf, wholeOf } from './inputs.ts';
import { probeSignal, rollbackSignal } from './own-events.ts';

/**
 * An approval, an alarm or a failed probe from EventBridge, the schedule's tick, or a rollback by hand. A
 * rollback names the version that is to leave; without one it takes back the newest release and no more.
 *
 * docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 *
 * @throws RuntimeFailure `event/malformed`
 */
export function releaseSignal(event: unknown): ReleaseSignal {
  const fields = fieldsOf(event);
  switch (fields['detail-type'] ?? fields.kind) {
    case 'version.approved':
      return { kind: 'approved', version: wholeOf(fieldsOf(fieldsOf(fields.detail).detail), 'version') };
    case 'probe.failed':
      return probeSignal(fieldsOf(fields.detail));
    case 'CloudWatch Alarm State Change':
      return alarmSignal(fields);
    case 'tick':
      return { kind: 'tick' };
    case 'rollback':
      return rollbackSignal(fields, { by: fields.by });
    default:
      throw malformed('the event', 'an approval, an alarm, a failed probe, a tick or a rollback');
  }
}

function alarmSignal(fields: Readonly<Record<string, unknown>>): ReleaseSignal {
  const detail = fieldsOf(fields.detail);
  const state = fieldsOf(detail.state);
  if (textField(state, 'value') !== 'ALARM') return { kind: 'nothing' };
  const name = textField(detail, 'alarmName');
  return {
    kind: 'alarm',
    id: textField(fields, 'id'),
    since: oldestDatapoint(state) ?? timeOf(fields, 'time'),
    reason: `alarm ${name}`,
  };
}

/** Start of the oldest datapoint that the alarm went off for: `startDate` in the JSON text `reasonData`. */
function oldestDatapoint({ reasonData }: Readonly<Record<string, unknown>>): number | undefined {
  if (typeof reasonData !== 'string') return undefined;
  try {
    const { startDate } = fieldsOf(JSON.parse(reasonData));
    const time = typeof startDate === 'string' ? Date.parse(startDate) : Number.NaN;
    return Number.isNaN(time) ? undefined : time;
  } catch {
    return undefined; // the alarm itself is not in doubt
  }
}

/** An approval: of a package in the console, or of a version that a person approves by hand. */
export type ApprovalSignal =
  | { readonly kind: 'package'; readonly arn: string }
  | { readonly kind: 'version'; readonly version: number; readonly by: string };

/**
 * docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
 *
 * @throws RuntimeFailure `event/malformed`
 */
export function approvalSignal(event: unknown): ApprovalSignal {
  const fields = fieldsOf(event);
  if (fields['detail-type'] === 'SageMaker Model Package State Change')
    return { kind: 'package', arn: textField(fieldsOf(fields.detail), 'ModelPackageArn') };
  return { kind: 'version', version: wholeOf(fields, 'version'), by: identityOf(fields, 'by') };
}
