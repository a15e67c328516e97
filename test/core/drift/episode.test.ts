import { expect, it } from 'vitest';
import { isDriftEpisode } from '../../../lambdas/core/drift/episode.ts';

const windows = { n: 2, of: 3 };

it.each([
  [[], false],
  [['drifted'], false],
  [['drifted', 'drifted'], true],
  [['drifted', 'stable', 'drifted'], true],
  [['drifted', 'insufficient', 'drifted'], true],
  [['drifted', 'stable', 'stable', 'drifted'], false],
  [['drifted', 'drifted', 'stable', 'insufficient'], false],
] as const)('calls %j an episode, by 2 of the last 3 windows: %s', (history, expected) => {
  expect(isDriftEpisode(history, windows)).toBe(expected);
});
