import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, sentencesOf } from './pages.ts';

/** A sentence that people read in the source, and where it stands. */
export interface SourceSentence {
  readonly file: string;
  readonly kind: 'comment' | 'message';
  readonly text: string;
}

const FOLDERS = ['bin', 'blueprints', 'constructs', 'lambdas', 'stacks'];
const LEFT_OUT = /error-codes\/|\/assembly\/|wasm\.ts$/; // the table of codes has its own test; the others are no prose

const COMMENT = /\/\*\*?([\s\S]*?)\*\/|(?<![:'"`])\/\/ (.*)$/gm;
/** A text of several words in quotes: a message, a fix, help. */
const TEXT = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
const WORDS = /[A-Za-z]{2,} [A-Za-z]{1,} [A-Za-z]+/;

/** Every comment and every message of the source, sentence by sentence. */
export function sourceSentences(): readonly SourceSentence[] {
  return FOLDERS.flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[])
      .filter((name) => name.endsWith('.ts') && !LEFT_OUT.test(name))
      .sort()
      .flatMap((name) => sentencesIn(`${folder}/${name}`, readFileSync(join(ROOT, folder, name), 'utf8'))),
  );
}

/** The sentences of one file. */
export function sentencesIn(file: string, source: string): readonly SourceSentence[] {
  const comments = [...source.matchAll(COMMENT)].flatMap(([, block, line]) =>
    sentencesOf(block === undefined ? String(line) : proseOf(block)),
  );
  const code = source.replaceAll(COMMENT, '').replaceAll(/^(?:import|export) .* from .*$/gm, '');
  const messages = [...code.matchAll(TEXT)]
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .map((text) =>
      text.replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, 'X').replaceAll(/<\/?[a-z][^>]*>/g, '\n\n'),
    )
    .filter((text) => WORDS.test(text) && !/^\s*(?:SELECT|WITH|COPY)|[{}<>=]{2}/.test(text))
    .flatMap(sentencesOf);
  return [
    ...comments.map((text) => ({ file, kind: 'comment' as const, text })),
    ...messages.map((text) => ({ file, kind: 'message' as const, text })),
  ];
}

/** A doc comment without its margin, its tags and its examples. */
const proseOf = (block: string): string =>
  block
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/@example[\s\S]*?(?=^@|$(?![\s\S]))/gm, '')
    .replaceAll(/@(?:param|property) \S+(?: - )?/g, '\n\n')
    .replaceAll(/@\w+/g, '\n\n')
    .replaceAll(/\{@link ([^}]+)\}/g, '$1');
