/** The rules of wording for the pages that people read. */

const MAX_WORDS = 20;

const RULES: readonly (readonly [rule: string, breaks: (sentence: string) => boolean])[] = [
  ['the subject comes first', (text) => /^(?:What|Whose|Whoever|Whom|Which|Where|Of)\b/.test(text)],
  ['two sentences instead', (text) => /\b(?:of|by|for|from|in|to|with) (?:which|whose|whom)\b/i.test(text)],
  [
    'a verb of software',
    (text) =>
      /\b(?:tells?|told|hears?|heard|says?|said|judges?|judged|mends?|mended|put aside|set aside)\b/i.test(
        text,
      ),
  ],
  [`at most ${MAX_WORDS} words`, (text) => text.split(' ').length > MAX_WORDS],
];

/** What is wrong with a sentence, by rule. */
export function wordingProblems(sentence: string): readonly string[] {
  return RULES.filter(([, breaks]) => breaks(sentence)).map(([rule]) => `${rule}: ${sentence}`);
}
