import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { OnStep } from '../drain/drainable.ts';
import type { DeadLetter, DeadLetterBox } from './dead-letter.ts';

export interface HandleOptions {
  readonly box: DeadLetterBox;
  readonly action: 'list' | 'replay' | 'discard';
  /** Ids or their beginnings; all letters when empty. */
  readonly ids: readonly string[];
  readonly onStep: OnStep;
}

export interface HandledLetter extends DeadLetter {
  readonly outcome: 'kept' | 'replayed' | 'discarded' | 'failed';
  /** Why it is still there after it was to go; null otherwise. */
  readonly why: string | null;
}

/** The data of `mlops dead-letters --json`. */
export interface DeadLetterReceipt {
  readonly account: string;
  readonly region: string;
  readonly letters: readonly HandledLetter[];
}

/**
 * Lists the dead letters, and replays or discards some. A letter is discarded only after its event was taken: a process that
 * dies between the two leaves a letter that is replayed once more, and what handles events does each once.
 *
 * @throws InvalidInput `letters/unknown` for an id that no letter has, or that several begin with
 */
export async function handleDeadLetters({
  box,
  action,
  ids,
  onStep,
}: HandleOptions): Promise<DeadLetterReceipt> {
  const { account, region } = box;
  onStep('reads the dead letters');
  const found = await box.list(onStep);
  try {
    const chosen = new Set(action === 'list' ? [] : choose(found, ids));
    const letters: HandledLetter[] = [];
    for (const letter of found) letters.push(await handle(letter, chosen.has(letter)));
    return { account, region, letters };
  } finally {
    await box.release();
  }

  async function handle(letter: DeadLetter, isChosen: boolean): Promise<HandledLetter> {
    if (!isChosen) return { ...letter, outcome: 'kept', why: null };
    if (action === 'replay' && letter.stuck !== null)
      return { ...letter, outcome: 'failed', why: letter.stuck };
    onStep(`${action}s ${letter.id}`);
    try {
      if (action === 'replay') await box.replay(letter);
      await box.discard(letter);
    } catch (error) {
      return { ...letter, outcome: 'failed', why: error instanceof Error ? error.message : String(error) };
    }
    return { ...letter, outcome: action === 'replay' ? 'replayed' : 'discarded', why: null };
  }
}

function choose(letters: readonly DeadLetter[], ids: readonly string[]): readonly DeadLetter[] {
  if (ids.length === 0) return letters;
  return ids.map((id) => {
    const found = letters.filter((letter) => letter.id.startsWith(id));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    throw new InvalidInput('mlops dead-letters', [
      {
        code: 'letters/unknown',
        path: 'id',
        message:
          found.length === 0 ? 'is the id of no dead letter' : `is the beginning of ${found.length} ids`,
        got: `'${id}'`,
        allowed: letters.map((letter) => letter.id).join(', ') || 'none: there are no dead letters',
      },
    ]);
  });
}
