import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Results of these differ between engines and processors; core/numeric/math.ts has ones that do not. */
const ENGINE_MATH =
  /\bMath\.(?:exp|expm1|log|log1p|log2|log10|pow|cbrt|hypot|a?sinh?|a?cosh?|a?tanh?|atan2)\b|[^*/]\*\*[^*/]/;
/** Time, randomness and identity come through ports or arguments. */
const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\brandomUUID\b|\bprocess\.(?:env|hrtime)\b/;

/** Lines of code that match, without comments. */
function offences(source: string, pattern: RegExp): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  return code.split('\n').filter((line) => pattern.test(line));
}

function search(
  folders: readonly string[],
  pattern: RegExp,
): { readonly files: number; readonly found: string[] } {
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  const found = files.flatMap((file) =>
    offences(readFileSync(join(ROOT, file), 'utf8'), pattern).map((line) => `${file}: ${line.trim()}`),
  );
  return { files: files.length, found };
}

const PURE = ['lambdas/core'];
const THROUGH_PORTS = [
  ...PURE,
  ...['stores', 'export', 'prepare', 'ingest', 'train', 'evaluate', 'register', 'release'].map(
    (name) => `lambdas/${name}`,
  ),
  ...['score', 'batch-score', 'monitor', 'ground-truth', 'ports'].map((name) => `lambdas/${name}`),
];

describe('the same bytes for the same input', () => {
  it('computes in core with functions that are the same on every machine', () => {
    const { files, found } = search(PURE, ENGINE_MATH);
    expect(found).toEqual([]);
    expect(files).toBeGreaterThan(60);
  });

  it('takes time, randomness and identity of use cases from ports', () => {
    const { files, found } = search(THROUGH_PORTS, AMBIENT);
    expect(found).toEqual([]);
    expect(files).toBeGreaterThan(100);
  });

  it('detects a planted use of either', () => {
    expect(offences('const y = Math.exp(x);\nconst z = x ** 2;', ENGINE_MATH)).toHaveLength(2);
    expect(offences('const at = Date.now();\nconst id = randomUUID();', AMBIENT)).toHaveLength(2);
    expect(offences('/** e ** x by Math.exp */ // Date.now()', ENGINE_MATH)).toEqual([]);
  });
});
