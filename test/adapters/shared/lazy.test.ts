import { describe, expect, it } from 'vitest';
import { lazy } from '../../../lambdas/adapters/shared/lazy.ts';

describe('a lazy port', () => {
  it('makes a lazy port once, at the first use', async () => {
    let made = 0;
    const port = lazy(async () => {
      made += 1;
      return made;
    });
    expect([made, port.begun()]).toEqual([0, false]);
    expect(await Promise.all([port(), port()])).toEqual([1, 1]);
    expect([await port(), port.begun()]).toEqual([1, true]);
  });

  it('makes a lazy port again after a failure', async () => {
    const outcomes = [Promise.reject(new Error('no network')), Promise.resolve('made')];
    for (const one of outcomes) one.catch(() => {});
    const port = lazy(async () => outcomes.shift());
    await expect(port()).rejects.toThrow('no network');
    expect(port.begun()).toBe(false);
    expect(await port()).toBe('made');
  });
});
