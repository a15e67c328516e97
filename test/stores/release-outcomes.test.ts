import { expect, it } from 'vitest';
import type { ReleaseOutcome } from '../../lambdas/core/release/state.ts';
import { keepOutcome, outcomeIsKept } from '../../lambdas/stores/release-outcomes.ts';
import { memoryObjects } from './crash.ts';

const outcome: ReleaseOutcome = {
  version: 2,
  strategy: 'all-at-once',
  fate: 'promoted',
  reason: 'healthy',
  startedAt: 1,
  endedAt: 2,
};

it('keeps each outcome of a version by itself, and a repeated one once', async () => {
  const objects = memoryObjects();
  expect(await outcomeIsKept({ objects }, outcome)).toBe(false);
  await keepOutcome({ objects }, outcome);
  await keepOutcome({ objects }, outcome);
  expect(await outcomeIsKept({ objects }, outcome)).toBe(true);
  expect(await outcomeIsKept({ objects }, { ...outcome, fate: 'rolled-back' })).toBe(false);
  expect([...objects.files.keys()]).toEqual(['release/outcomes/2-promoted.json']);
});
