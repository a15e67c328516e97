import { describe, expect, it } from 'vitest';
import type { DeadLetter, DeadLetterBox } from '../../../bin/dead-letters/dead-letter.ts';
import { type HandleOptions, handleDeadLetters } from '../../../bin/dead-letters/handle.ts';
import { deadLettersText } from '../../../bin/dead-letters/text.ts';
import { pageOf } from '../../../bin/page.ts';

const letter = (id: string, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  at: '2026-03-01T02:00:00.000Z',
  from: 'function release',
  error: 'objects/forbidden: 403',
  event: '{"kind":"tick"}',
  stuck: null,
  ...more,
});

/** A box in memory, with a log of what was done to it, and letters whose event nobody takes. */
function box(letters: DeadLetter[], refuses: readonly string[] = []) {
  const log: string[] = [];
  const made: DeadLetterBox = {
    account: 'acme',
    region: 'moon-1',
    list: async () => [...letters],
    replay: async ({ id }) => {
      if (refuses.includes(id)) throw new Error('nobody takes it');
      log.push(`replay ${id}`);
    },
    discard: async ({ id }) => {
      log.push(`discard ${id}`);
      letters.splice(
        letters.findIndex((one) => one.id === id),
        1,
      );
    },
    release: async () => {
      log.push('release');
    },
  };
  return { box: made, log, letters };
}

const run = (of: { readonly box: DeadLetterBox }, action: HandleOptions['action'], ids: string[] = []) =>
  handleDeadLetters({ box: of.box, action, ids, onStep: () => undefined });
const outcomes = async (receipt: ReturnType<typeof run>) =>
  (await receipt).letters.map(({ id, outcome }) => `${id} ${outcome}`);

describe('handleDeadLetters', () => {
  it('keeps all letters by a list, and gives them back', async () => {
    const of = box([letter('a1'), letter('b2')]);
    expect(await outcomes(run(of, 'list'))).toEqual(['a1 kept', 'b2 kept']);
    expect(of.log).toEqual(['release']);
  });

  it('discards a letter only after its event was taken again', async () => {
    const of = box([letter('a1'), letter('b2')]);
    expect(await outcomes(run(of, 'replay'))).toEqual(['a1 replayed', 'b2 replayed']);
    expect(of.log).toEqual(['replay a1', 'discard a1', 'replay b2', 'discard b2', 'release']);
    expect((await run(of, 'list')).letters).toEqual([]);
  });

  it('chooses a letter by the beginning of its id', async () => {
    const of = box([letter('a1'), letter('a2'), letter('b2')]);
    expect(await outcomes(run(of, 'discard', ['b']))).toEqual(['a1 kept', 'a2 kept', 'b2 discarded']);
    expect(of.letters.map(({ id }) => id)).toEqual(['a1', 'a2']);
  });

  it.each([
    ['a', /beginning of 2 ids/],
    ['c', /id of no dead letter/],
  ])('refuses %s as an id, changes nothing and gives everything back', async (id, message) => {
    const of = box([letter('a1'), letter('a2')]);
    await expect(run(of, 'replay', [id])).rejects.toThrow(message);
    expect(of.log).toEqual(['release']);
  });

  it('keeps a letter that nobody takes or can take, and goes on with the others', async () => {
    const of = box([letter('a1', { stuck: 'it names no function' }), letter('b2'), letter('c3')], ['b2']);
    const receipt = await run(of, 'replay');
    expect(receipt.letters.map(({ id, outcome, why }) => [id, outcome, why])).toEqual([
      ['a1', 'failed', 'it names no function'],
      ['b2', 'failed', 'nobody takes it'],
      ['c3', 'replayed', null],
    ]);
    expect(of.letters.map(({ id }) => id)).toEqual(['a1', 'b2']);
  });

  it('shows each letter with time, sender and error, and the next command', async () => {
    const page = pageOf({ write: () => true }, false);
    const place = { model: 'churn', environment: 'dev/pr-42' };
    const some = await run(box([letter('4f0c1d2e3f', { stuck: 'it names no function' })]), 'list');
    const text = deadLettersText(some, place, page);
    expect(text).toContain('churn in dev/pr-42, account acme, moon-1: 1 dead letter\n');
    expect(text).toContain('4f0c1d2e  2026-03-01 02:00  function release');
    expect(text).toContain('    objects/forbidden: 403');
    expect(text).toContain('cannot be replayed: it names no function');
    expect(text).toContain('mlops dead-letters churn --env dev/pr-42 --replay');
    const none = deadLettersText(await run(box([]), 'list'), place, page);
    expect(none).toBe('churn in dev/pr-42, account acme, moon-1: no dead letters');
  });
});
