import { describe, expect, it } from 'vitest';
import { approvalSignal, releaseSignal } from '../../lambdas/runtime/aws-signals.ts';
import { alarmEvent, approvedPackage, probeFailed, versionApproved } from '../functions/events.ts';

const malformed = expect.objectContaining({ code: 'event/malformed', retryable: false });
const SINCE = Date.UTC(2026, 2, 12, 19, 1);
type Fields = Record<string, unknown>;

/** The alarm event with another detail. */
const withState = (state: Fields): unknown => {
  const event = alarmEvent('ALARM', SINCE, 'a1') as { readonly detail: Fields };
  return { ...event, detail: { ...event.detail, state: { value: 'ALARM', ...state } } };
};

describe('events of the release controller', () => {
  it('reads an approved version from our own bus', () => {
    expect(releaseSignal(versionApproved(7))).toEqual({ kind: 'approved', version: 7 });
  });

  it('reads a tick from its schedule', () => {
    expect(releaseSignal({ kind: 'tick' })).toEqual({ kind: 'tick' });
  });

  it('reads a manual rollback', () => {
    const back = { kind: 'rollback', id: '1773342238', by: 'ada', version: 3 };
    expect(releaseSignal(back)).toEqual(back);
    const older = { kind: 'rollback', id: '1773342238', by: 'ada' };
    expect(releaseSignal(older)).toEqual(older);
  });

  it('reads an alarm since its oldest datapoint, under the id of the event', () => {
    expect(releaseSignal(alarmEvent('ALARM', SINCE, 'a1'))).toEqual({
      kind: 'alarm',
      id: 'a1',
      since: SINCE,
      reason: 'alarm bank-marketing-dev-ErrorRate',
    });
  });

  it('reads a failed probe as an alarm about its version, since the probe began', () => {
    expect(releaseSignal(probeFailed(3, SINCE))).toEqual({
      kind: 'alarm',
      id: `probe.failed:3:${SINCE}`,
      since: SINCE,
      version: 3,
      reason: 'probe failed: probe/other-score',
    });
    const event = probeFailed(3, SINCE) as Fields;
    const detail = event.detail as Fields;
    for (const wrong of [
      {},
      { ...detail, at: -1 },
      { ...detail, detail: { code: 'x' } },
      { ...detail, id: '' },
    ])
      expect(() => releaseSignal({ ...event, detail: wrong })).toThrow(malformed);
  });

  it.each([
    ['says nothing of its datapoints', {}],
    ['says something else', { reasonData: '{"version":"1.0"}' }],
    ['says no JSON', { reasonData: 'Threshold Crossed' }],
    ['says no object', { reasonData: '[]' }],
    ['says no time', { reasonData: '{"startDate":"soon"}' }],
  ])('reads an alarm since the event itself when it %s', (_, state) => {
    expect(releaseSignal(withState(state))).toMatchObject({ since: Date.UTC(2026, 2, 12, 19, 3, 58) });
  });

  it.each(['OK', 'INSUFFICIENT_DATA'])('reads an alarm of state %s as nothing', (value) => {
    expect(releaseSignal(withState({ value }))).toEqual({ kind: 'nothing' });
  });

  it.each([
    [null],
    [{}],
    [{ kind: 'approved', version: 1 }], // approvals come by the bus
    [{ kind: 'rollback', id: '1' }],
    [{ kind: 'rollback', id: '', by: 'ada' }],
    [{ kind: 'rollback', id: 'x', by: 'ada\u001b[2J' }],
    [{ kind: 'rollback', id: '1', by: 'ada', version: '3' }],
    [{ 'detail-type': 'version.approved', detail: {} }],
    [{ 'detail-type': 'version.approved', detail: { detail: { version: '7' } } }],
    [{ 'detail-type': 'CloudWatch Alarm State Change', detail: {} }],
  ])('refuses any other event: %j', (event) => {
    expect(() => releaseSignal(event)).toThrow(malformed);
  });
});

describe('events of the approval', () => {
  it("reads a change of a package's state from SageMaker", () => {
    expect(approvalSignal(approvedPackage(3))).toEqual({
      kind: 'package',
      arn: 'arn:aws:sagemaker:eu-central-1:111111111111:model-package/bank-marketing-dev/3',
    });
  });

  it('reads a version and its approver from a manual call', () => {
    expect(approvalSignal({ version: 3, by: 'ada' })).toEqual({ kind: 'version', version: 3, by: 'ada' });
  });

  it.each([
    [{ 'detail-type': 'SageMaker Model Package State Change', detail: {} }],
    [{ version: 3 }],
    [{ version: '3', by: 'ada' }],
    [{ version: 3, by: 'a'.repeat(201) }],
    [{}],
  ])('refuses any other event: %j', (event) => {
    expect(() => approvalSignal(event)).toThrow(malformed);
  });
});
