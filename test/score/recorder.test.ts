import { mkdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLineWriter } from '../../lambdas/adapters/local/line-writer.ts';
import { createPredictionStream } from '../../lambdas/adapters/local/prediction-stream.ts';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { startServer } from '../../lambdas/local/http-server.ts';
import type { Logger } from '../../lambdas/ports/index.ts';
import type { MetricValue } from '../../lambdas/ports/metrics.ts';
import { type PredictionStream, RecordsLost } from '../../lambdas/ports/prediction-stream.ts';
import { createRecorder } from '../../lambdas/score/recorder.ts';
import type { Prediction } from '../../lambdas/stores/predictions.ts';
import { tempDir } from '../support/temp-dir.ts';
import { CONFIG, GOOD, scoringBench } from './fixture.ts';

const AT = Date.UTC(2026, 2, 1, 12);

function bench(predictions: PredictionStream) {
  let now = AT;
  const log: Record<string, unknown>[] = [];
  const emitted: Readonly<Record<string, MetricValue>>[] = [];
  const add = (event: string, fields?: object) => void log.push({ event, ...fields });
  const logger: Logger = { info: add, warn: add, error: add, with: () => logger };
  const clock = {
    now: () => now,
    steady: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const metrics = {
    emit: (_: object, values: Readonly<Record<string, MetricValue>>) => void emitted.push(values),
  };
  const recorder = createRecorder({ predictions, metrics, clock, logger }, CONFIG);
  let made = 0;
  const record = (count: number) => {
    for (let i = 0; i < count; i += 1) {
      made += 1;
      recorder.record(prediction(made), undefined);
    }
  };
  const lost = () => emitted.reduce((sum, { recordsLost }) => sum + Number(recordsLost?.[0] ?? 0), 0);
  return { recorder, record, log, emitted, lost, clock };
}

const prediction = (n: number): Prediction => ({
  record: `r${n}`,
  id: `p${n}`,
  at: AT,
  releaseSeq: 1,
  arm: 'champion',
  version: 1,
  status: 'ok',
  latencyMs: 1,
  score: 0.5,
});

/** A local stream whose one file is /dev/full, to which every write fails with ENOSPC (full(4)), until `free`. */
function fullDisk(maxBuffered?: number) {
  const root = tempDir();
  const file = join(root, 'objects/predictions/2026-03-01/12/i.jsonl');
  mkdirSync(dirname(file), { recursive: true });
  symlinkSync('/dev/full', file);
  const lines = createLineWriter(maxBuffered);
  const stream = createPredictionStream({ root: join(root, 'objects'), instance: 'i', lines });
  const written = () => readFileSync(file, 'utf8').trimEnd().split('\n');
  return { stream, written, free: () => unlinkSync(file) };
}

describe('a full disk while serving', () => {
  it('logs the number of waiting records, and writes them when the disk has room', async () => {
    const { stream, written, free } = fullDisk();
    const { recorder, record, log, lost, clock } = bench(stream);
    record(200);
    await expect
      .poll(() => log)
      .toEqual([{ event: 'score.records-unwritten', records: 200, code: 'lines/not-written' }]);
    expect(await recorder.trouble()).toEqual({ unwritten: 200, lost: 0, code: 'lines/not-written' });
    await clock.sleep(10_000);
    record(50);
    await expect.poll(() => log.at(-1)).toMatchObject({ event: 'score.records-unwritten', records: 250 });
    free();
    expect(await recorder.trouble()).toBeUndefined(); // a look at /readyz tries again
    expect(log.at(-1)).toEqual({ event: 'score.records-written', records: 250 });
    record(10);
    await recorder.flush();
    expect([written().length, lost()]).toEqual([260, 0]);
  });

  it('counts every record as written or lost when the disk stays full to the end', async () => {
    const { recorder, record, log, lost, emitted } = bench(fullDisk().stream);
    record(200);
    await recorder.flush();
    expect(lost()).toBe(200);
    expect(log.at(-1)).toMatchObject({
      event: 'score.records-lost',
      records: 200,
      code: 'lines/not-written',
    });
    expect(emitted.at(-1)).toMatchObject({ requests: [200, 'Count'], recordsLost: [200, 'Count'] });
    expect(await recorder.trouble()).toMatchObject({ lost: 200, unwritten: 0 });
  });

  it('loses records beyond the memory limit, and counts them', async () => {
    const { stream, written, free } = fullDisk(2_000);
    const { recorder, record, lost } = bench(stream);
    record(100);
    const sum = async () => {
      const { unwritten, lost: gone } = (await recorder.trouble()) ?? { unwritten: 0, lost: 0 };
      return unwritten > 0 && gone > 0 ? unwritten + gone : 0;
    };
    await expect.poll(sum).toBe(100);
    free();
    await recorder.flush();
    expect(written().length + lost()).toBe(100);
  });
});

describe('a stream that accepts a part', () => {
  it('counts the records that the stream rejected', async () => {
    const cause = new RuntimeFailure('predictions/lost', 'not taken', { retryable: true });
    let failing = true;
    const { recorder, record, lost } = bench({
      nextId: () => 'x',
      append: async () => {
        if (failing) throw new RecordsLost(3, cause);
      },
      flush: async () => {},
    });
    record(10);
    await recorder.flush();
    expect(lost()).toBe(3);
    failing = false;
    record(1);
    await recorder.flush();
    expect([lost(), await recorder.trouble()]).toEqual([3, undefined]);
  });
});

describe('/readyz', () => {
  it('reports degraded, and stays 200, while records cannot be written', async () => {
    const { scorer, faults, release } = scoringBench();
    await release(1);
    const server = await startServer({ scorer, config: CONFIG });
    const ready = async () => {
      const answer = await fetch(`${server.url}/readyz`);
      return [answer.status, await answer.json()];
    };
    expect(await ready()).toEqual([200, { status: 'ready' }]);
    faults.flush = new RuntimeFailure('lines/not-written', 'no room');
    const scored = await fetch(`${server.url}/score`, {
      method: 'POST',
      body: JSON.stringify({ features: GOOD }),
      headers: { 'content-type': 'application/json' },
    });
    expect(scored.status).toBe(200);
    const records = { unwritten: 1, lost: 0, code: 'lines/not-written' };
    await expect.poll(ready).toEqual([200, { status: 'degraded', records }]);
    delete faults.flush;
    expect(await ready()).toEqual([200, { status: 'ready' }]);
    await server.close();
  });
});
