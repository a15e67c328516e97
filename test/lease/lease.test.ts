import { describe, expect, it } from 'vitest';
import { beginRun, endRun, runIdOf } from '../../lambdas/lease/lease.ts';
import { TRAINING_PIPELINE } from '../../lambdas/pipeline.ts';
import type { Logger } from '../../lambdas/ports/index.ts';
import { memoryObjects, virtualClock } from '../stores/crash.ts';

const AT = '2026-03-01T02:00:00Z';
const logger: Logger = { info() {}, warn() {}, error() {}, with: () => logger };
const bench = () => ({ objects: memoryObjects(), clock: virtualClock(1_000), logger });

describe('the start of a run', () => {
  it('is named by its trigger and time, and takes the rows up to then', async () => {
    expect(await beginRun(bench(), { trigger: 'schedule', at: AT })).toEqual({
      runId: 'schedule-20260301t020000000z',
      to: '2026-03-01T02:00:00.000Z',
      trigger: 'schedule',
      fence: 1,
      data: false,
    });
  });

  it('is one run, with one fence, however often its start is delivered and however its time is written', async () => {
    const ports = bench();
    const first = await beginRun(ports, { trigger: 'drift', at: AT });
    expect(await beginRun(ports, { trigger: 'drift', at: '2026-03-01T02:00:00.000Z' })).toEqual(first);
    await endRun(ports, first);
    const late = await beginRun(ports, { trigger: 'drift', at: AT });
    expect(late).toMatchObject({ runId: first.runId, fence: 2 }); // its steps find their work done
  });

  it('has another name for new data than for a training of the same moment', async () => {
    const ports = bench();
    const data = await beginRun(ports, { trigger: 'new-data', at: AT, data: true });
    expect(data).toMatchObject({ runId: 'data-20260301t020000000z', data: true });
    await endRun(ports, data);
    expect((await beginRun(ports, { trigger: 'new-data', at: AT })).runId).not.toBe(data.runId);
  });

  it('has a name that every store accepts, whatever its trigger', () => {
    for (const trigger of ['first', 'schedule', 'demand', 'drift', 'performance', 'new-data', 'data'])
      expect(runIdOf(trigger, '2026-03-01T02:00:00.000Z')).toMatch(/^[a-z0-9-]{1,63}$/);
  });

  it('waits while another run holds the lease, and names it', async () => {
    const ports = bench();
    const { runId } = await beginRun(ports, { trigger: 'schedule', at: AT });
    await expect(beginRun(ports, { trigger: 'drift', at: AT })).rejects.toMatchObject({
      code: 'pipeline/busy',
      retryable: true,
      message: expect.stringContaining(runId),
    });
  });

  it('takes over from a run that never ended, once all its steps could have', async () => {
    const ports = bench();
    const lost = await beginRun(ports, { trigger: 'schedule', at: AT });
    await ports.clock.sleep(TRAINING_PIPELINE.lease.ttlSec * 1000);
    expect(await beginRun(ports, { trigger: 'drift', at: AT })).toMatchObject({ fence: lost.fence + 1 });
    await expect(endRun(ports, lost)).resolves.toBeUndefined();
    await expect(beginRun(ports, { trigger: 'demand', at: AT })).rejects.toMatchObject({
      code: 'pipeline/busy',
    });
  });

  it('waits while the holder of the lease is unknown', async () => {
    const ports = bench();
    const cause = new Error('the answer was lost');
    const objects = { ...ports.objects, tryPut: async () => ({ outcome: 'unknown', cause }) as const };
    await expect(beginRun({ ...ports, objects }, { trigger: 'drift', at: AT })).rejects.toMatchObject({
      code: 'pipeline/busy',
      retryable: true,
    });
  });

  it.each(['', 'tomorrow', '2026-03-01', '2026-03-01T02:00:00+01:00', '2026-02-30T00:00:00Z'])(
    "refuses to begin at '%s'",
    async (at) => {
      const ports = bench();
      await expect(beginRun(ports, { trigger: 'drift', at })).rejects.toMatchObject({
        code: 'pipeline/bad-start',
        retryable: false,
      });
      expect(ports.objects.files.size).toBe(0);
    },
  );
});

describe('the end of a run', () => {
  it('makes room for the next run; twice counts once', async () => {
    const ports = bench();
    const first = await beginRun(ports, { trigger: 'schedule', at: AT });
    await endRun(ports, first);
    await endRun(ports, first);
    expect(await beginRun(ports, { trigger: 'drift', at: AT })).toMatchObject({ fence: 2 });
  });

  it('leaves the lease to its present holder when it comes a second time', async () => {
    const ports = bench();
    const first = await beginRun(ports, { trigger: 'schedule', at: AT });
    await endRun(ports, first);
    await beginRun(ports, { trigger: 'drift', at: AT });
    await endRun(ports, first);
    await expect(beginRun(ports, { trigger: 'demand', at: AT })).rejects.toMatchObject({
      code: 'pipeline/busy',
    });
  });
});
