import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type RunStep, withSteps } from '../bench/memory-cells.ts';

const CELL = { rows: 400_000, features: 14 };
/** Above what the process has before it reads a row, below what the rows read so far need. */
const SMALL_MB = 250;
const LARGE_MB = 4_000;

const start = async (args: readonly string[]): Promise<string> =>
  (await promisify(execFile)(process.execPath, args)).stdout;

it('stops each step by a code of its own in a process with little memory, and ends it in one with enough', () =>
  withSteps(CELL, start, async (run) => {
    const ends = async (...given: Parameters<RunStep>) =>
      expect(await run(...given)).not.toHaveProperty('failure');
    const stops = async (step: Parameters<RunStep>[0]) => {
      const { failure, rssMb } = await run(step, SMALL_MB);
      expect(failure).toMatchObject({
        code: 'train/out-of-memory',
        message: expect.stringMatching(
          /^\d{4,6} rows read so far need \d+ MB; the function uses at most 90 % of its 250 MB/,
        ),
      });
      expect(rssMb).toBeLessThan(SMALL_MB);
    };
    await ends('export');
    await stops('prepare');
    await ends('prepare', LARGE_MB);
    await ends('ingest', SMALL_MB);
    await stops('train');
    await ends('train', LARGE_MB);
    await stops('evaluate');
    await ends('evaluate', LARGE_MB);
  }));
