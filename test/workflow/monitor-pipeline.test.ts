import { describe, expect, it } from 'vitest';
import { compileMonitorPipeline } from '../../constructs/aws/compile-pipeline.ts';
import { type Behaviour, errorsOf, runMachine } from './run-machine.ts';

const AT = { at: '2026-03-01T05:00:00Z' };
const outcomes: Behaviour = () => ({ rows: 3 });
const verdict: Behaviour = () => ({ verdict: 'ok' });
const watch = (groundTruth: Behaviour, monitor: Behaviour) =>
  runMachine(compileMonitorPipeline(), { 'ground-truth': groundTruth, monitor }, AT);

describe('monitoring as a state machine', () => {
  it('is valid Amazon States Language in JSONPath', () => {
    expect(errorsOf(compileMonitorPipeline())).toEqual([]);
    expect(JSON.stringify(compileMonitorPipeline())).not.toContain('QueryLanguage');
  });

  it('collects labels, then compares, both at the time of the schedule', async () => {
    const { calls, output } = await watch(outcomes, verdict);
    expect(calls.map(({ name, input }) => [name, input])).toEqual([
      ['ground-truth', AT],
      ['monitor', AT],
    ]);
    expect(output).toEqual({ ...AT, groundtruth: { rows: 3 }, monitor: { verdict: 'ok' } });
  });
});
