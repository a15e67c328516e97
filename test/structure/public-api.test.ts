import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { entryPoints, examplesIn, sources, withoutDefault } from './public-api.ts';

const EXAMPLES = sources(['blueprints', 'constructs', 'lambdas', 'stacks']).flatMap(({ file, text }) =>
  examplesIn(text).map((example) => ({ ...example, folder: dirname(file) })),
);
/** Constructs of a cloud have the names of those of another. */
const CLOUD = /^constructs\/(?:aws|gcp|azure)$/;

/** The examples of an entry point: none of another cloud's. */
const examplesOf = (file: string) =>
  EXAMPLES.filter(({ folder }) => !CLOUD.test(folder) || folder === dirname(file));

/** Names that have no example. */
const withoutExample = (names: readonly string[], examples: readonly { readonly of: string }[]): string[] =>
  names.filter((name) => !examples.some((example) => example.of === name));

describe.each(entryPoints())('$name', ({ name, file, exported }) => {
  it('has an @example on each function and class', () => {
    expect(exported.length).toBeGreaterThan(0);
    expect(withoutExample(exported, examplesOf(file))).toEqual([]);
  });

  it('has examples of 3 to 10 lines that begin with their imports', () => {
    for (const { of, code } of examplesOf(file).filter((example) => exported.includes(example.of))) {
      const lines = code.split('\n').filter((line) => line !== '');
      expect(lines.length, of).toBeGreaterThanOrEqual(3);
      expect(lines.length, of).toBeLessThanOrEqual(10);
      expect(code, of).toMatch(new RegExp(`import \\{[^}]*\\b${of}\\b[^}]*\\} from '${name}';`));
    }
  });
});

describe('props, options and bindings', () => {
  it('names the default of each optional member', () => {
    const files = sources(['constructs', 'lambdas/demo', 'lambdas/local', 'lambdas/report', 'stacks']);
    expect(files.flatMap(({ file, text }) => withoutDefault(text).map((one) => `${file}: ${one}`))).toEqual(
      [],
    );
  });
});

describe('the checks of the public API', () => {
  const text = [
    'export interface PlantedProps extends Other {',
    '  /** Told. @default 1 */',
    '  readonly told?: number;',
    '  /** Not told. */',
    '  readonly untold?: number;',
    '  readonly bare?: string | undefined;',
    '  readonly required: string;',
    '}',
    '/** A construct.',
    ' *',
    ' * @example',
    " * new Planted(stack, 'Id');",
    ' *',
    ' * @throws never',
    ' */',
    'export class Planted {}',
    '/** Another one. */',
    'export class Unplanted {}',
  ].join('\n');

  it('finds an optional prop without @default', () => {
    expect(withoutDefault(text)).toEqual(['PlantedProps.untold', 'PlantedProps.bare']);
  });

  it('finds a class without @example', () => {
    expect(examplesIn(text)).toEqual([{ of: 'Planted', code: "new Planted(stack, 'Id');" }]);
    expect(withoutExample(['Planted', 'Unplanted'], examplesIn(text))).toEqual(['Unplanted']);
  });
});
