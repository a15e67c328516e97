import { describe, expect, it } from 'vitest';
import { isSameGoogleIdentity } from '../../lambdas/core/google-identity.ts';
import { callerApproval } from '../../lambdas/runtime/caller-signals.ts';
import { gcpReleaseSignal } from '../../lambdas/runtime/gcp-signals.ts';

/** cloud.google.com/monitoring/support/notification-options: an incident of version 1.2, with what is read and more. */
const incident = (change: object = {}) => ({
  version: '1.2',
  incident: {
    incident_id: '0.abc',
    scoping_project_id: 'p',
    state: 'open',
    started_at: 1_773_342_240,
    ended_at: null,
    policy_name: 'bank-dev ErrorRate',
    policy_user_labels: { model: 'bank', look_back_sec: '900' },
    condition_name: 'failed requests',
    summary: 'it failed',
    ...change,
  },
});

describe('a signal to the release on Google Cloud', () => {
  it.each<[string, unknown, object]>([
    [
      'an approval',
      { id: 'a', type: 'version.approved', at: 1, detail: { version: 3 } },
      { kind: 'approved', version: 3 },
    ],
    [
      'a failed probe',
      { id: 'f', type: 'probe.failed', at: 7, detail: { version: 3, code: 'probe/other-score' } },
      { kind: 'alarm', id: 'f', since: 7, version: 3, reason: 'probe failed: probe/other-score' },
    ],
    ['a tick', { kind: 'tick', at: '2026-03-12T19:03:00.000Z' }, { kind: 'tick' }],
    [
      'an incident that opens, from the time that its condition looks back to',
      incident(),
      {
        kind: 'alarm',
        id: '0.abc',
        since: (1_773_342_240 - 900) * 1_000,
        reason: 'alarm bank-dev ErrorRate',
      },
    ],
    [
      'an incident without a label',
      incident({ policy_user_labels: null }),
      { kind: 'alarm', since: 1_773_342_240_000 },
    ],
    ['an incident that closes', incident({ state: 'closed', ended_at: 1_773_342_300 }), { kind: 'nothing' }],
    [
      'a rollback',
      { kind: 'rollback', id: 'r', version: 4 },
      { kind: 'rollback', id: 'r', version: 4, by: 'ada@example.com' },
    ],
    [
      'a rollback of the newest release',
      { kind: 'rollback', id: 'r' },
      { kind: 'rollback', id: 'r', by: 'ada@example.com' },
    ],
  ])('is %s', (_, event, signal) => {
    expect(gcpReleaseSignal(event, 'ada@example.com')).toMatchObject(signal);
  });

  it.each([
    ['nothing that is known', { kind: 'restart' }],
    ['no object', 7],
    ['an approval without a version', { type: 'version.approved', detail: {} }],
    ['a version that is not a number', { type: 'version.approved', detail: { version: '3' } }],
    ['an incident without a state', incident({ state: undefined })],
    ['an incident without a time', incident({ started_at: null })],
    ['an incident without an id', incident({ incident_id: '' })],
  ])('is refused when it is %s', (_, event) => {
    expect(() => gcpReleaseSignal(event, undefined)).toThrow(
      expect.objectContaining({ code: 'event/malformed' }),
    );
  });

  it('says who rolls back by the token alone, whatever the body says', () => {
    const body = { kind: 'rollback', id: 'r', by: 'eve@example.com' };
    expect(gcpReleaseSignal(body, 'ada@example.com')).toMatchObject({ by: 'ada@example.com' });
    expect(() => gcpReleaseSignal(body, undefined)).toThrow(
      expect.objectContaining({ code: 'event/no-caller' }),
    );
  });
});

describe('an approval on Google Cloud', () => {
  it('is the caller’s, of the version in the body', () => {
    expect(callerApproval({ version: 2, by: 'eve' }, 'ada@example.com')).toEqual({
      version: 2,
      by: 'ada@example.com',
    });
  });

  it('is refused without a caller or a version', () => {
    expect(() => callerApproval({ version: 2 }, undefined)).toThrow(
      expect.objectContaining({ code: 'event/no-caller' }),
    );
    expect(() => callerApproval({}, 'ada@example.com')).toThrow(
      expect.objectContaining({ code: 'event/malformed' }),
    );
  });
});

describe('a declared identity of Google Cloud', () => {
  it.each([
    ['user:ada@example.com', true],
    ['ada@example.com', true],
    ['user:Ada@Example.com', true],
    ['serviceAccount:ada@example.com', true],
    ['user:bob@example.com', false],
    ['group:ada@example.com', false],
    ['domain:example.com', false],
    ['', false],
  ])('%j is the caller ada@example.com: %s', (declared, same) => {
    expect(isSameGoogleIdentity('ada@example.com', declared)).toBe(same);
  });
});
