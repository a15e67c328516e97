/** Plain words in the source, as far as a program can count them: comments and messages, area by area. */

import { describe, expect, it } from 'vitest';
import { type SourceSentence, sentencesIn, sourceSentences } from './source-text.ts';

const RULES = {
  /** The subject comes first. */
  opensWithRelative: /^(?:What|Whose|Whoever|Whom|Which|Where|Of)\b/,
  /** Two sentences instead. */
  relativeAfterPreposition: /\b(?:of|by|for|from|in|to|with) (?:which|whose|whom)\b/i,
  /** Correct, quarantine, release, the reader by name; `is not a thing` for `is no thing`. */
  metaphor:
    /\b(?:mend(?:s|ed|ing)?|(?:put|set)s? (?:\w+ ){0,2}aside|lets? go|whoever|(?<!there )(?:is|are) no(?! (?:longer|more|larger)\b))\b/i,
} as const;
type Rule = keyof typeof RULES;

/** Sentences that break a rule, at most, by area. A bound only falls: it is lowered with the count. */
const BOUNDS: Readonly<Record<string, Readonly<Record<Rule, number>>>> = {
  bin: { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 0 },
  blueprints: { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 0 },
  constructs: { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 3 },
  'lambdas/adapters': { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 3 },
  'lambdas/core': { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 0 },
  lambdas: { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 0 },
  stacks: { opensWithRelative: 0, relativeAfterPreposition: 0, metaphor: 0 },
};

/** Verbs of people; a message of the program or of a function names what software does. */
const HUMAN_VERB = /\b(?:tells?|told|hears?|heard|says?|said|judge[sd]?|look(?:s|ed)? at)\b/i;

const areaOf = ({ file }: SourceSentence): string =>
  /^lambdas\/(?:adapters|core)(?=\/)/.exec(file)?.[0] ?? String(file.split('/')[0]);
const breaking = (sentences: readonly SourceSentence[], rule: Rule) =>
  sentences.filter(({ text }) => RULES[rule].test(text));
const listed = (sentences: readonly SourceSentence[]) =>
  sentences.map(({ file, text }) => `${file}: ${text}`);

describe('the words of the source', () => {
  const sentences = sourceSentences();

  it('breaks a rule no more often than the bound of its area, which only falls', () => {
    for (const [area, bounds] of Object.entries(BOUNDS)) {
      const own = sentences.filter((sentence) => areaOf(sentence) === area);
      const counts = Object.fromEntries(
        Object.keys(bounds).map((rule) => [rule, breaking(own, rule as Rule).length]), // its own keys
      );
      console.log(`${area}: ${own.length} sentences, ${JSON.stringify(counts)}`);
      expect(counts, area).toEqual(bounds);
    }
    for (const rule of Object.keys(RULES) as Rule[]) {
      const share = breaking(sentences, rule).length / sentences.length;
      console.log(`${rule}: ${(100 * share).toFixed(2)} % of ${sentences.length} sentences`);
    }
  });

  it('breaks no rule in messages', () => {
    const messages = sentences.filter(({ kind }) => kind === 'message');
    expect(messages.length).toBeGreaterThan(1_000);
    for (const rule of Object.keys(RULES) as Rule[]) {
      const held = messages.filter((sentence) => BOUNDS[areaOf(sentence)]?.[rule] === 0);
      expect(listed(breaking(held, rule))).toEqual([]);
    }
  });
});

describe('the messages of bin and lambdas', () => {
  it('finds verbs of software in the messages, and no human ones', () => {
    const messages = sourceSentences().filter(
      ({ file, kind }) => kind === 'message' && /^(?:bin|lambdas)\//.test(file),
    );
    expect(messages.length).toBeGreaterThan(500);
    expect(listed(messages.filter(({ text }) => HUMAN_VERB.test(text)))).toEqual([]);
  });

  it('finds each human verb in a sentence that has one', () => {
    for (const text of [
      'the log says why',
      'it cannot be told',
      'so this was not looked at',
      'when it is judged',
    ])
      expect(HUMAN_VERB.test(text), text).toBe(true);
    expect(HUMAN_VERB.test('the essay of a fold is an example that looks fine')).toBe(false);
  });
});

describe('the count of broken rules', () => {
  it('finds each rule in comments and in messages, and nothing in examples and code', () => {
    const source = [
      '/**',
      ' * What it does. A thing by which it ends.',
      ' * @example',
      ' * // What an example says.',
      ' */',
      "export const a = fail('Of these there are none');",
      'const b = 1; // Where it is.',
      "const d = ['whoever may run it', 'a gap is no fault', 'mend it by hand', 'sets both rows aside'];",
      '/** It is no longer there, is no larger than a part, and there is no host. */',
      "import { c } from './where of which.ts';",
    ].join('\n');
    const found = sentencesIn('a.ts', source);
    expect(listed(breaking(found, 'opensWithRelative'))).toEqual([
      'a.ts: What it does.',
      'a.ts: Where it is.',
      'a.ts: Of these there are none',
    ]);
    expect(listed(breaking(found, 'relativeAfterPreposition'))).toEqual(['a.ts: A thing by which it ends.']);
    expect(listed(breaking(found, 'metaphor'))).toEqual([
      'a.ts: whoever may run it',
      'a.ts: a gap is no fault',
      'a.ts: mend it by hand',
      'a.ts: sets both rows aside',
    ]);
  });
});
