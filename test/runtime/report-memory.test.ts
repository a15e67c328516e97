import { describe, expect, it } from 'vitest';
import type { Memory } from '../../lambdas/ports/memory.ts';
import type { Host } from '../../lambdas/runtime/host.ts';
import { reportingMemory } from '../../lambdas/runtime/report-memory.ts';
import { CONFIG } from '../score/fixture.ts';

const OF_3008: Memory = { limitMb: 3_008, usedMb: () => 900, peakMb: () => 2_256, collect: () => {} };

function hostWith(memory?: Memory) {
  const lines: object[] = [];
  const metrics: object[] = [];
  const ports = {
    ...(memory && { memory }),
    logger: { info: (event: string, fields: object) => void lines.push({ event, ...fields }) },
    metrics: { emit: (dimensions: object, values: object) => void metrics.push({ dimensions, values }) },
  };
  const host = { ports, config: { model: CONFIG }, identity: 'x' } as unknown as Host; // it uses nothing else
  return { host, lines, metrics };
}

describe('a function that holds whole tables', () => {
  it('reports the most memory that it used, and its share of what it has', async () => {
    const { host, lines, metrics } = hostWith(OF_3008);
    await expect(reportingMemory(async () => 'answer')(host)).resolves.toBe('answer');
    expect(lines).toEqual([{ event: 'function.memory', maxMemoryMb: 2_256, memoryMb: 3_008 }]);
    expect(metrics).toEqual([
      {
        dimensions: { model: CONFIG.name, environment: CONFIG.environment },
        values: { memoryPercent: [75, 'Percent'] },
      },
    ]);
  });

  it('reports it of a run that fails', async () => {
    const { host, lines } = hostWith(OF_3008);
    const failing = reportingMemory(async () => {
      throw new Error('no room');
    });
    await expect(failing(host)).rejects.toThrow('no room');
    expect(lines).toHaveLength(1);
  });

  it('reports nothing where the system sets no limit', async () => {
    const { host, lines, metrics } = hostWith();
    await reportingMemory(async () => 'answer')(host);
    expect([lines, metrics]).toEqual([[], []]);
  });
});
