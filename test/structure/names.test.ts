/** One name, one thing: a name that two files export for different things sends a reader to the wrong one. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './pages.ts';

const FOLDERS = ['bin', 'blueprints', 'constructs', 'lambdas', 'stacks'];
const EXPORT =
  /^export (?:declare )?(?:async )?(?:abstract )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm;

/** The same thing in several clouds: files of one name, each in the folder of its cloud or in the contract of all. */
const CLOUDS =
  /^(?:constructs\/(?:contract|aws|gcp|azure)|lambdas\/adapters\/(?:aws|gcp|azure|local)|bin\/clouds\/(?:aws|gcp|azure))\//;
/** Entries that are found by their file: of each function by cloud, and of each blueprint's folder. */
const ENTRIES: Readonly<Record<string, RegExp>> = {
  handler: /^lambdas\/[\w-]+\/(?:aws|gcp|azure)\.ts$/,
  work: /^lambdas\/[\w-]+\/azure\.ts$/,
  WASM: /\/kernels(?:\/wasm)?\.ts$/, // and the program that writes the file
  blueprint: /^blueprints\/[\w-]+\/blueprint\.ts$/,
};

const isDeliberate = (name: string, files: readonly string[]): boolean =>
  files.every((file) => ENTRIES[name]?.test(file)) ||
  (files.every((file) => CLOUDS.test(file)) && new Set(files.map((file) => basename(file))).size === 1);

/** Files by exported name, for names of more than one file. */
function exportedTwice(
  files: readonly { readonly file: string; readonly text: string }[],
): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const { file, text } of files)
    for (const name of new Set([...text.matchAll(EXPORT)].map(([, one]) => String(one))))
      byName.set(name, [...(byName.get(name) ?? []), file]);
  return new Map([...byName].filter(([name, where]) => where.length > 1 && !isDeliberate(name, where)));
}

const SOURCE = FOLDERS.flatMap((folder) =>
  (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[])
    .filter((name) => name.endsWith('.ts'))
    .map((name) => ({ file: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), 'utf8') })),
);

it('exports no name for two things', () => {
  const names = SOURCE.flatMap(({ text }) => [...text.matchAll(EXPORT)]);
  console.log(`${names.length} exported names of ${SOURCE.length} files`);
  expect(names.length).toBeGreaterThan(1_000);
  expect(Object.fromEntries(exportedTwice(SOURCE))).toEqual({});
});

it('detects a second thing of one name', () => {
  const two = [
    { file: 'lambdas/a.ts', text: 'export interface Workspace {}' },
    { file: 'lambdas/b.ts', text: 'export const other = 1;\nexport class Workspace {}' },
    { file: 'lambdas/train/aws.ts', text: 'export const handler = 1;' },
    { file: 'lambdas/score/aws.ts', text: 'export const handler = 1;' },
  ];
  expect([...exportedTwice(two)]).toEqual([['Workspace', ['lambdas/a.ts', 'lambdas/b.ts']]]);
});
