import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

/** Two tasks of three calls, whose answers take as long as they are told. */
async function order(choose: () => number, delays: readonly number[]): Promise<string> {
  const turns = new Turns(choose);
  const seen: string[] = [];
  const task = async (name: string): Promise<void> => {
    const own = {};
    turns.join(own);
    for (let call = 0; call < 3; call += 1) {
      await turns.enter(own);
      seen.push(`${name}${call}`);
      await wait(delays[seen.length % delays.length]);
      turns.leave();
    }
    turns.end(own);
  };
  await Promise.all([task('a'), task('b')]);
  return seen.join(' ');
}

describe('turns', () => {
  it('keep the order of calls however long each takes', async () => {
    expect(await order(() => 0, [0, 9])).toBe(await order(() => 0, [5, 1, 3]));
  });

  it('give a call to the task that the choice names', async () => {
    expect(await order(() => 0, [1])).toBe('a0 b0 a1 b1 a2 b2');
    expect(await order(() => 1, [1])).toBe('b0 b1 b2 a0 a1 a2');
  });

  it('wait for no task outside them', async () => {
    const turns = new Turns(() => 0);
    const inside = {};
    turns.join(inside);
    await turns.enter({}); // works for the task, which makes no call meanwhile
    turns.leave();
    await turns.enter(inside);
  });
});
