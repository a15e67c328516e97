import { describe, expect, it } from 'vitest';
import {
  estimates,
  readCandidate,
  readEvaluation,
  readRun,
  writeCandidate,
  writeEvaluation,
  writeRun,
} from '../../lambdas/stores/runs.ts';
import { candidateOf, evaluationOf, runRecord } from '../register/facts.ts';
import { crashing, memoryObjects, virtualClock } from './crash.ts';

const createStorage = () => ({ objects: memoryObjects(), clock: virtualClock() });

it('records an interval that there is not as null, with the reason', () => {
  expect(
    estimates({
      auc: { value: 0.8, low: 0.7, high: 0.9 },
      f1: { value: 0.5, reason: 'one row' },
    }),
  ).toEqual({
    auc: { value: 0.8, low: 0.7, high: 0.9 },
    f1: { value: 0.5, low: null, high: null, reason: 'one row' },
  });
});

describe('run records', () => {
  it('reads a run record back as written, and keeps the first one, because versions refer to it', async () => {
    const storage = createStorage();
    await writeRun(storage, runRecord());
    const failed = runRecord({
      status: 'failed',
      endedAt: 5,
      failure: { code: 'data/empty', message: 'no rows' },
    });
    expect(await writeRun(storage, failed)).toEqual(runRecord());
    expect(await readRun(storage, 'run-1')).toEqual(runRecord());
    expect(await readRun(storage, 'run-2')).toBeUndefined();
  });
});

describe('the candidate of a run', () => {
  it('reads a candidate back as written, and writes a repeated one once', async () => {
    const storage = createStorage();
    await writeCandidate(storage, 'run-1', candidateOf());
    await writeCandidate(storage, 'run-1', candidateOf());
    expect(await readCandidate(storage, 'run-1')).toEqual(candidateOf());
  });

  it('finds a candidate only when it is whole, whenever its writer dies', async () => {
    for (let at = 0; ; at++) {
      const storage = createStorage();
      const mortal = { ...storage, objects: crashing(storage.objects, { calls: 0 }, { at, when: 'before' }) };
      const died = await writeCandidate(mortal, 'run-1', candidateOf()).then(
        () => false,
        () => true,
      );
      expect(await readCandidate(storage, 'run-1')).toEqual(died ? undefined : candidateOf());
      await writeCandidate(storage, 'run-1', candidateOf());
      expect(await readCandidate(storage, 'run-1')).toEqual(candidateOf());
      if (!died) break;
    }
  });

  it('refuses a candidate with one changed bit, because its digests would become those of a version', async () => {
    const storage = createStorage();
    await writeCandidate(storage, 'run-1', candidateOf());
    for (const name of ['model.ubj', 'features.json', 'candidate.json']) {
      const key = `runs/run-1/${name}`;
      const bytes = (await storage.objects.get(key))?.bytes ?? new Uint8Array();
      const spoilt = Uint8Array.from(bytes);
      const at = spoilt.length >> 1;
      spoilt[at] = (spoilt[at] as number) ^ 4;
      await storage.objects.write(key, [spoilt]);
      await expect(readCandidate(storage, 'run-1')).rejects.toMatchObject({
        code: expect.stringMatching(/^store\/(corrupt|unreadable)$/),
      });
      await storage.objects.write(key, [bytes]);
    }
    expect((await readCandidate(storage, 'run-1'))?.metrics).toEqual(candidateOf().metrics);
  });

  it('refuses another candidate for the run', async () => {
    const storage = createStorage();
    await writeCandidate(storage, 'run-1', candidateOf());
    const other = candidateOf({ metrics: { ...candidateOf().metrics, rounds: 41 } });
    await expect(writeCandidate(storage, 'run-1', other)).rejects.toMatchObject({
      code: 'run/not-reproducible',
    });
    expect(await readCandidate(storage, 'run-1')).toEqual(candidateOf());
  });
});

describe('the evaluation of a run', () => {
  it('keeps the first evaluation of a run', async () => {
    const storage = createStorage();
    expect(await readEvaluation(storage, 'run-1')).toBeUndefined();
    expect(await writeEvaluation(storage, evaluationOf())).toEqual(evaluationOf());
    const later = evaluationOf({ passed: false, reasons: ['the champion improved meanwhile'] });
    expect(await writeEvaluation(storage, later)).toEqual(evaluationOf());
    expect(await readEvaluation(storage, 'run-1')).toEqual(evaluationOf());
  });
});
