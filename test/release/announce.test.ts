import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import type { ReleaseOutcome } from '../../lambdas/core/release/state.ts';
import type { ModelEvent } from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import { announce } from '../../lambdas/release/announce.ts';
import { tempDir } from '../support/temp-dir.ts';

const expired = (version: number): ReleaseOutcome => ({
  version,
  strategy: 'shadow-replay',
  fate: 'expired',
  reason: `no evidence of health: version ${version}`,
  startedAt: version,
  endedAt: version + 1,
  shortfall: { cause: 'too-few-requests', fix: 'raise serving.release.watchHours to 200' },
});

describe('the notification of releases without evidence', () => {
  it('becomes advice at the third of a cause and ends there, while every release is an event', async () => {
    const published: ModelEvent[] = [];
    const notified: Notification[] = [];
    const ports = {
      objects: createObjectStore(tempDir()),
      events: { publish: async (event: ModelEvent) => void published.push(event) },
      notifier: { notify: async (one: Notification) => void notified.push(one) },
    };
    const outcomes = [1, 2, 3, 4, 5].map(expired);
    for (const [index] of outcomes.entries())
      await announce(ports, { name: 'churn' }, outcomes.slice(0, index + 1));
    expect(published.map(({ id }) => id)).toEqual(
      [1, 2, 3, 4, 5].map((version) => `release.ended:${version}:expired`),
    );
    expect(notified.map(({ subject, body }) => [subject, body])).toEqual([
      ['churn version 1 expired', 'no evidence of health: version 1'],
      ['churn version 2 expired', 'no evidence of health: version 2'],
      [
        'churn version 3 expired',
        'too few requests for the third time; advice: raise serving.release.watchHours to 200\n\nno evidence of health: version 3',
      ],
    ]);
  });
});
