import { describe, expect, it } from 'vitest';
import { exportInput, leaseInput, pipelineInput, scheduledAt } from '../../lambdas/runtime/inputs.ts';

const RUN = { runId: 'drift-20260301', to: '2026-03-01T00:00:00.000Z', trigger: 'drift', fence: 3 };
const NOW = Date.UTC(2026, 2, 1, 3);
const malformed = expect.objectContaining({ code: 'event/malformed', retryable: false });

describe('the input of a step', () => {
  it('reads the run, and leaves out the results of other steps', () => {
    expect(pipelineInput({ ...RUN, data: false, export: { rows: 3 } })).toEqual(RUN);
  });

  it.each([
    ['no object', null],
    ['a list', [RUN]],
    ['a text', 'run'],
    ['no run', { ...RUN, runId: undefined }],
    ['a run with other letters', { ...RUN, runId: '../x' }],
    ['a run of 64 letters', { ...RUN, runId: 'x'.repeat(64) }],
    ['no end', { ...RUN, to: undefined }],
    ['an end that is no time', { ...RUN, to: 'now' }],
    ['an unknown trigger', { ...RUN, trigger: 'whim' }],
    ['a fence that is a text', { ...RUN, fence: '3' }],
    ['a fence that is no whole number', { ...RUN, fence: 1.5 }],
    ['a negative fence', { ...RUN, fence: -1 }],
  ])('refuses an input with %s', (_, event) => {
    expect(() => pipelineInput(event)).toThrow(malformed);
  });

  it('never quotes the input', () => {
    expect(() => pipelineInput({ ...RUN, runId: 'CANARY PII' })).toThrow(/^(?!.*CANARY).*$/);
  });
});

describe('the input of the lease', () => {
  it('begins a training, or a run of new data', () => {
    const start = { action: 'begin', trigger: 'drift', at: '2026-03-01T00:00:00Z' };
    expect(leaseInput(start, NOW)).toEqual({ ...start, data: false });
    expect(leaseInput({ ...start, data: true }, NOW)).toEqual({ ...start, data: true });
  });

  it('ends a run', () => {
    expect(leaseInput({ action: 'end', ...RUN }, NOW)).toEqual({ action: 'end', runId: RUN.runId, fence: 3 });
  });

  it.each([
    [{ ...RUN, at: '2026-03-01T00:00:00Z' }],
    [{ action: 'steal', ...RUN }],
    [{ action: 'begin', trigger: 'drift' }],
    [{ action: 'begin', trigger: 'drift', at: 'x', data: 'yes' }],
    [{ action: 'end', fence: 3 }],
  ])('refuses any other input: %j', (event) => {
    expect(() => leaseInput(event, NOW)).toThrow(malformed);
  });
});

describe('the input of the export', () => {
  it('exports as a step of a run since the end of the feature store', () => {
    expect(exportInput(RUN, NOW)).toEqual({ runId: RUN.runId, to: RUN.to, since: 'features' });
  });

  it('exports alone for a time since its own last export; one time is one export', () => {
    expect(exportInput({ at: '2026-03-01T02:00:00Z' }, NOW)).toEqual({
      runId: 'export-20260301t020000000z',
      to: '2026-03-01T02:00:00.000Z',
      since: 'exports',
    });
  });
});

describe('the time of a schedule', () => {
  it('reads the time as EventBridge Scheduler writes it', () => {
    expect(scheduledAt({ at: '2022-03-22T18:59:43Z' }, 'watch', NOW)).toEqual({
      at: Date.UTC(2022, 2, 22, 18, 59, 43),
      runId: 'watch-20220322t185943000z',
    });
  });

  it.each(['<aws.scheduler.scheduled-time>', '2022-03-22', 1_647_975_583_000, undefined])(
    'refuses %s as the time',
    (at) => {
      expect(() => scheduledAt({ at }, 'watch', NOW)).toThrow(malformed);
    },
  );
});

describe('a time in the future', () => {
  // EventBridge Scheduler gives <aws.scheduler.scheduled-time>, which is never after the invocation.
  it('is refused by every step that reads up to it, but for an hour between two clocks', () => {
    const refused = expect.objectContaining({ code: 'event/in-the-future', retryable: false });
    for (const at of ['9999-12-31T23:59:59Z', '2026-03-01T04:00:01Z']) {
      expect(() => scheduledAt({ at }, 'watch', NOW)).toThrow(refused);
      expect(() => exportInput({ at }, NOW)).toThrow(refused);
      expect(() => exportInput({ ...RUN, to: at }, NOW)).toThrow(refused);
      expect(() => leaseInput({ action: 'begin', trigger: 'drift', at }, NOW)).toThrow(refused);
    }
    expect(scheduledAt({ at: '2026-03-01T04:00:00Z' }, 'watch', NOW).at).toBe(NOW + 3_600_000);
  });
});
