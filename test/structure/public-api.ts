import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as aws from '../../constructs/aws/index.ts';
import * as azure from '../../constructs/azure/index.ts';
import * as gcp from '../../constructs/gcp/index.ts';
import * as demo from '../../lambdas/demo/index.ts';
import * as local from '../../lambdas/local/index.ts';
import * as blueprint from '../../stacks/blueprint.ts';
import { ROOT } from './pages.ts';

export interface EntryPoint {
  /** As users import it. */
  readonly name: string;
  /** Its source, from the root. */
  readonly file: string;
  /** Functions and classes. */
  readonly exported: readonly string[];
}

const MODULES = {
  './aws': aws,
  './azure': azure,
  './blueprint': blueprint,
  './demo': demo,
  './gcp': gcp,
  './local': local,
} as const;

/** What `package.json` exports. */
export function entryPoints(): readonly EntryPoint[] {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<keyof typeof MODULES, { readonly default: string }>;
  };
  return (Object.keys(exports) as (keyof typeof MODULES)[]).map((path) => {
    const module: Readonly<Record<string, unknown>> = MODULES[path];
    return {
      name: path.replace('.', 'mlops-blueprint'),
      file: exports[path].default.replace('./dist/', '').replace(/\.js$/, '.ts'),
      exported: Object.keys(module).filter((name) => typeof module[name] === 'function'),
    };
  });
}

/** Files of the folders that the package's exports are made in. */
export function sources(
  folders: readonly string[],
): readonly { readonly file: string; readonly text: string }[] {
  return folders.flatMap((folder) =>
    (readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }) as string[])
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => ({ file: join(folder, name), text: readFileSync(join(ROOT, folder, name), 'utf8') })),
  );
}

export interface Example {
  /** What the comment belongs to: `CsvExport`. */
  readonly of: string;
  readonly code: string;
}

const DOCUMENTED =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport (?:async )?(?:abstract )?(?:class|function|const) (\w+)/g;

/** The `@example` of each documented export, without the comment's margin. */
export function examplesIn(text: string): readonly Example[] {
  return [...text.matchAll(DOCUMENTED)].flatMap(([, comment = '', name = '']) => {
    const lines = comment.split('\n').map((line) => line.replace(/^ \* ?/, ''));
    const begin = lines.findIndex((line) => line.startsWith('@example'));
    if (begin === -1) return [];
    const rest = [lines[begin]?.slice('@example'.length) ?? '', ...lines.slice(begin + 1)];
    const end = rest.findIndex((line, index) => index > 0 && line.startsWith('@'));
    const code = rest
      .slice(0, end === -1 ? rest.length : end)
      .join('\n')
      .trim();
    return [{ of: name, code }];
  });
}

/** Optional members of exported interfaces whose comment has no `@default`: `CsvExportProps.vpc`. */
export function withoutDefault(text: string): readonly string[] {
  const found: string[] = [];
  for (const [, name, body = ''] of text.matchAll(
    /^export interface (\w+(?:Props|Options|Bindings))\b[^{]*\{\n([\s\S]*?)^\}/gm,
  )) {
    let comment = '';
    for (const line of body.split('\n')) {
      const [, member] = /^ {2}readonly (\w+)\?:/.exec(line) ?? [];
      if (member !== undefined && !comment.includes('@default')) found.push(`${name}.${member}`);
      if (/^ {2} ?[/*]/.test(line)) comment += line;
      else comment = '';
    }
  }
  return found;
}
