import { describe, expect, it } from 'vitest';
import { tokenize } from '../../../lambdas/core/sql/tokens.ts';

const shown = (sql: string) =>
  tokenize(sql).tokens.map(({ kind, text }) => (kind === 'word' || kind === 'symbol' ? text : `<${kind}>`));

/** Expected tokens follow PostgreSQL documentation 4.1; compose.test.ts asks PostgreSQL itself about the hard ones. */
describe('the tokens of PostgreSQL', () => {
  it.each<[string, string, string[]]>([
    ['words in lower case, numbers and symbols', 'SELECT a1, 1.5e3', ['select', 'a1', ',', '1.5e3']],
    ['a name with a dollar sign and letters of all scripts', 'a$b$ größe', ['a$b$', 'größe']],
    ['a quoted name with a doubled quote', 'x "a"";b" y', ['x', '<quoted>', 'y']],
    ['a Unicode name', 'U&"d;"', ['<quoted>']],
    ['a string with a doubled quote', "'it''s;' x", ['<literal>', 'x']],
    ['a plain string, in which a backslash escapes nothing', "'a\\' ; x", ['<literal>', ';', 'x']],
    ['an escape string, in which it does', "E'a\\'; x' y", ['<literal>', 'y']],
    [
      'an escape string that goes on after a line break',
      "e'a' -- c\n -- d\n 'b\\'; x' y",
      ['<literal>', 'y'],
    ],
    [
      'two strings in one line, of which the second is plain',
      "e'a' 'b\\' y",
      ['<literal>', '<literal>', 'y'],
    ],
    [
      'bits, hexadecimal, national and Unicode strings',
      "b'1' X'f' n'a' u&'\\0061;'",
      Array(4).fill('<literal>'),
    ],
    ['a name before a string', "date'x' e '\\' y", ['date', '<literal>', 'e', '<literal>', 'y']],
    ['a dollar-quoted string', "$$it's;$$ x", ['<literal>', 'x']],
    ['a dollar-quoted string with a tag, and another inside', '$a$ $b$;$b$ $$ $a$ x', ['<literal>', 'x']],
    ['a parameter, which is no dollar quote', '$1 $2', ['$', '1', '$', '2']],
    ['a comment to the end of the line', "a -- ';\nb", ['a', 'b']],
    ['comments in comments', 'a /* ; /* */ ; */ b', ['a', 'b']],
    ['a comment inside an operator', 'a +-- ;\n b', ['a', '+', 'b']],
    ['division and multiplication', 'a / b * c - d', ['a', '/', 'b', '*', 'c', '-', 'd']],
    ['nothing', ' \n-- x', []],
  ])('reads %s', (_, sql, tokens) => {
    expect(shown(sql)).toEqual(tokens);
    expect(tokenize(sql).unterminated).toBeUndefined();
  });

  it.each<[string, string, string]>([
    ['string', "x 'it''", 'string'],
    ['escape string', "x E'a\\'", 'string'],
    ['dollar-quoted string', 'x $a$ $$', 'string'],
    ['quoted name', 'x "a""', 'quoted name'],
    ['comment', 'x /* /* */', 'comment'],
  ])('reports the start of a %s that does not end', (_, sql, what) => {
    expect(tokenize(sql).unterminated).toEqual({ what, at: 2 });
  });

  it('reports the start of each token', () => {
    expect(tokenize("a  'b' c").tokens.map(({ at }) => at)).toEqual([0, 3, 7]);
  });

  it('takes time in proportion to the length of a text made to slow it down', () => {
    const started = performance.now();
    tokenize(`e'a' ${'-- '.repeat(6000)}`);
    tokenize(`e'a'\n${'--\n'.repeat(6000)}x`);
    tokenize(`'${"''".repeat(9000)}`);
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
