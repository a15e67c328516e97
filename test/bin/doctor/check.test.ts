import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Check, fail, pass, runChecks } from '../../../bin/doctor/check.ts';

describe('runChecks', () => {
  it('runs all checks at once, in their order, whatever the order in which they end', async () => {
    const ended: string[] = [];
    const slow: Check = { id: 'clock', run: () => wait(60, pass('slow')) };
    const quick: Check = { id: 'region', run: () => fail('quick', 'mend it') };
    const started = performance.now();
    const results = await runChecks([slow, { ...slow, id: 'bootstrap' }, quick], ({ id }) => ended.push(id));
    expect(performance.now() - started).toBeLessThan(115);
    expect(results.map(({ id }) => id)).toEqual(['clock', 'bootstrap', 'region']);
    expect(ended[0]).toBe('region');
    expect(results[0]?.ms).toBeGreaterThanOrEqual(55);
  });

  it('aborts a check that never ends, and keeps the others', async () => {
    let told = false;
    const stuck: Check = {
      id: 'identity',
      run: (signal) =>
        new Promise(() => {
          signal.addEventListener('abort', () => {
            told = true;
          });
        }),
    };
    const [one, other] = await runChecks([stuck, { id: 'node', run: () => pass('yes') }], undefined, 30);
    expect(one).toMatchObject({ status: 'fail', evidence: 'no answer in 0.03 s' });
    expect([told, other?.status]).toEqual([true, 'pass']);
  });

  it('reports a check that throws as failed', async () => {
    const [one] = await runChecks([{ id: 'packages', run: () => Promise.reject(new TypeError('no')) }]);
    expect(one).toMatchObject({ status: 'fail', evidence: 'TypeError: no' });
  });
});
