import { describe, expect, it } from 'vitest';
import { answerWindow, dueWindow } from '../../../lambdas/core/time/windows.ts';

const at = Date.UTC(2026, 2, 1, 6);

describe('the windows of a monitor', () => {
  it('covers the last days of predictions, and as many with labels that are due by now', () => {
    const answers = answerWindow({ windowDays: 7 }, at);
    expect(answers).toEqual({ from: Date.UTC(2026, 1, 22, 6), to: at });
    expect(dueWindow({ groundTruth: { step: 'rows', delayDays: 30 } }, answers)).toEqual({
      from: Date.UTC(2026, 0, 23, 6),
      to: Date.UTC(2026, 0, 30, 6),
    });
  });

  it('gives predictions and labels the same window where a label is known at once', () => {
    const answers = answerWindow({ windowDays: 7 }, at);
    expect(dueWindow({}, answers)).toEqual(answers);
    expect(dueWindow({ groundTruth: { step: 'rows', delayDays: 0 } }, answers)).toEqual(answers);
  });
});
