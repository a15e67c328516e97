import { describe, expect, it } from 'vitest';
import { compileWatchPipeline } from '../../constructs/aws/compile-pipeline.ts';
import { type Behaviour, errorsOf, Failure, runMachine } from './run-machine.ts';

const AT = { at: '2026-03-01T05:00:00Z' };
const outcomes: Behaviour = () => ({ rows: 3 });
const verdict: Behaviour = () => ({ verdict: 'ok' });
const watch = (groundTruth: Behaviour, monitor: Behaviour) =>
  runMachine(compileWatchPipeline(), { 'ground-truth': groundTruth, monitor }, AT);

describe('the watch as a state machine', () => {
  it('is valid Amazon States Language in JSONPath', () => {
    expect(errorsOf(compileWatchPipeline())).toEqual([]);
    expect(JSON.stringify(compileWatchPipeline())).not.toContain('QueryLanguage');
  });

  it('collects outcomes, then judges, both at the time of the schedule', async () => {
    const { calls, output } = await watch(outcomes, verdict);
    expect(calls.map(({ name, input }) => [name, input])).toEqual([
      ['ground-truth', AT],
      ['monitor', AT],
    ]);
    expect(output).toEqual({ ...AT, groundtruth: { rows: 3 }, monitor: { verdict: 'ok' } });
  });

  it('tries a step again when its failure may pass', async () => {
    const { calls, failure } = await watch(outcomes, (_, nth) => {
      if (nth < 3) throw new Failure('Retryable');
      return {};
    });
    expect(failure).toBeUndefined();
    expect(calls.map(({ name }) => name)).toEqual(['ground-truth', 'monitor', 'monitor', 'monitor']);
  });

  it('fails with the cause when outcomes cannot be had, and judges nothing', async () => {
    const { calls, failure } = await watch(() => {
      throw new Failure('Permanent', 'no secret');
    }, verdict);
    expect(failure).toEqual({ error: 'Permanent', cause: 'no secret' });
    expect(calls.map(({ name }) => name)).toEqual(['ground-truth']);
  });
});
