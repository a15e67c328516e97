import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** The pages that people read, by their path from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'stacks/aws/README.md',
  'stacks/terraform/README.md',
  'stacks/terraform/azure.md',
];

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

const COMMAND = /^(?:(?:npm|npx|mlops) |\.ci\/run$)/;

/** A command as it is typed, without its comment: `npm run mlops -- demo`. */
export function commandsOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, code]) => String(code).split('\n'));
  const inline = [...withoutBlocks(text).matchAll(/`((?:npm|npx|mlops|\.ci\/run)(?: [^`]+)?)`/g)].map(
    ([, code]) => String(code).replaceAll('\\|', '|'),
  );
  return [...blocks, ...inline]
    .map((line) => line.replace(/\s+#.*$/, '').replace(/ &$/, ''))
    .flatMap((line) => line.split(' && '))
    .filter((line) => COMMAND.test(line));
}

/** The words that `mlops` is given, or undefined for another program. */
export function mlopsWords(command: string): readonly string[] | undefined {
  const [, words] = /^(?:npm run mlops --|mlops)(?: (.*))?$/.exec(command) ?? [];
  if (words !== undefined) return words.split(' ');
  const [started, more = ''] = /^npm start(?: --)?(?: (.*))?$/.exec(command) ?? [];
  return started === undefined ? undefined : ['demo', ...more.split(' ').filter(Boolean)];
}

/** Headings as GitHub makes anchors of them. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.+)$/gm)].map(([, title]) => String(title));
  return new Set(
    headings.map((title) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Links that stay in the repository: file from the page's folder, and anchor. */
export function linksOf(text: string): readonly { readonly file: string; readonly anchor: string }[] {
  return [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => String(target))
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { file, anchor };
    });
}

/** Sentences of paragraphs, list items and headings: each code span is one word, a link is its text. */
export function sentencesOf(text: string): readonly string[] {
  const plain = withoutBlocks(text)
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/^\|.*$/gm, '')
    .replaceAll(/`[^`]+`/g, 'Code')
    .replaceAll(/\[[^\]]+\.md\]\([^)]+\)/g, 'Page')
    .replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1')
    .replaceAll(/[*_]{1,2}([^*_\n]+)[*_]{1,2}/g, '$1');
  return plain
    .split(/\n{2,}|^\s*(?:[-*]|\d+\.) |^#+ |(?<=^#.*)\n/gm)
    .flatMap((block) => block.replaceAll(/\s+/g, ' ').split(/(?<=[.!?:;])\s+(?=[A-Z])/))
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

const withoutBlocks = (text: string): string => text.replaceAll(/```[\s\S]*?```/g, '');
