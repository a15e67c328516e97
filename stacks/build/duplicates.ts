/**
 * `npm run check:duplicates`: code that two clouds have twice, in constructs and adapters. It belongs into
 * `constructs/shared` or `lambdas/adapters/shared`.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const JSCPD = join(ROOT, 'node_modules/jscpd/bin/jscpd');
const CLOUDS = ['aws', 'gcp', 'azure'] as const;

/** The shortest clone that is reported. */
const SHORTEST = ['--min-lines', '6', '--min-tokens', '60'];
/**
 * Lines that are alike and not the same by accident: blanks and comments, since each cloud's examples are alike; imports, because files
 * have the same names in each cloud; the opening of a class that implements the contract, as the contract asks.
 */
const EXPECTED =
  /^\s*(?:$|\/?\*|\/\/|import\b|export \{|\};$|[A-Z]\w+,$|export class |readonly \w+: |constructor\(scope|super\(|const \{.*\} = props;)/;
/** The fewest other lines of a clone. */
const LEAST_LINES = 6;

/** Place of a piece of code. */
interface Piece {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

interface Report {
  readonly duplicates: readonly {
    readonly firstFile: Piece;
    readonly secondFile: Piece;
    readonly lines: number;
    readonly tokens: number;
  }[];
}

/**
 * Returns a line for each clone across two clouds.
 *
 * @param root - Folder with `constructs` and `lambdas/adapters`.
 * @throws Error where jscpd cannot run
 */
export function crossCloudClones(root: string): string[] {
  const output = mkdtempSync(join(tmpdir(), 'mlops-duplicates-'));
  try {
    const folders = ['constructs', join('lambdas', 'adapters')].flatMap((folder) =>
      CLOUDS.map((cloud) => join(root, folder, cloud)),
    );
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        JSCPD,
        ...SHORTEST,
        ...['--absolute', '--no-gitignore'],
        ...['--reporters', 'json', '--output', output],
        ...folders,
      ],
      { encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`jscpd failed: ${stdout}${stderr}`);
    const { duplicates } = JSON.parse(readFileSync(join(output, 'jscpd-report.json'), 'utf8')) as Report;
    return duplicates
      .filter(({ firstFile, secondFile }) => cloudOf(root, firstFile) !== cloudOf(root, secondFile))
      .filter(({ firstFile }) => codeLines(firstFile) >= LEAST_LINES)
      .map(
        ({ firstFile, secondFile, lines, tokens }) =>
          `${placeOf(root, firstFile)} and ${placeOf(root, secondFile)}: ${lines} lines, ${tokens} tokens`,
      );
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
}

/** Lines of a piece that are not expected. */
const codeLines = ({ name, start, end }: Piece): number =>
  readFileSync(name, 'utf8')
    .split('\n')
    .slice(start - 1, end)
    .filter((line) => !EXPECTED.test(line)).length;

const pathOf = (root: string, { name }: Piece): string => relative(root, name);
const cloudOf = (root: string, piece: Piece): string | undefined =>
  CLOUDS.find((cloud) => pathOf(root, piece).split('/').includes(cloud));
const placeOf = (root: string, piece: Piece): string => `${pathOf(root, piece)}:${piece.start}-${piece.end}`;

if (process.argv[1] === import.meta.filename) {
  const clones = crossCloudClones(ROOT);
  for (const clone of clones) console.error(`✖ ${clone}`);
  if (clones.length === 0) console.log('✔ no code is in two clouds');
  else process.exitCode = 1;
}
