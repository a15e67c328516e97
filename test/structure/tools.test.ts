import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const TOOLS = 'test/support/tools.ts';

/** Programs that `test/support/bare.sh` has; Node itself is `process.execPath`. */
const BARE =
  'node|npm|npx|git|sh|bash|/bin/sh|ps|true|sleep|cat|cp|rm|mkdir|ls|id|env|grep|sed|find|tar|gzip';
const FIX =
  "ask for it through test/support/tools.ts: describeWith(python, 'title', body) or itWith(...), with a Tool, " +
  'Program or DataFile of that file (add yours there or make one with program() or pythonWith()); run a program by run()';

interface Rule {
  readonly name: string;
  /** What offends, in code without comments. */
  readonly pattern: RegExp;
  /** Files that may, beside tools.ts. */
  readonly except?: RegExp;
}

const START = '(?<![.\\w])(?:spawn|spawnSync|execFile|execFileSync|exec|execSync)';
const ALLOWED = `process\\.execPath|['"\`](?:${BARE})['"\` ]`;

/** Of files that can start processes. */
const PROCESS_RULES: readonly Rule[] = [
  {
    name: 'starts a program that a bare machine may lack',
    pattern: new RegExp(`${START}\\)?\\(\\s*(?!${ALLOWED})\\S+|${START}\\)(?!\\()`),
    // They start what is named by a Program of tools.ts.
    except:
      /^test\/(?:support\/(?:emulators|functions-framework|mariadb-server|postgres-server|terraform\/expressions)|policy\/tools)\.ts$/,
  },
  {
    name: 'has a program in a script that a bare machine may lack',
    pattern:
      /['"`](?:[^'"`\n]*[|;&] *)?(?:python3?|perl|awk|jq|curl|openssl|psql|mysql|docker|make|gcc)[ '"`]/,
    except: /^test\/support\/(?:mariadb|postgres)-server\.ts$/,
  },
];

const RULES: readonly Rule[] = [
  {
    name: 'looks for tools or data by itself',
    pattern: /\.\.\/shared|MLOPS_DATA\b|MLOPS_REFERENCE|\.cache\/mlops-blueprint|command -v|REQUIRE_TOOLS/,
    except: /^test\/support\/tools\.test\.ts$/,
  },
  {
    name: 'leaves itself out without a reason',
    pattern:
      /\b(?:runIf|skipIf)\(|\b(?:it|test|describe|suite|context|ctx)\.(?:skip|only|todo)\b|\bprocess\.env\.CI\b/,
  },
];

/** Offences as `file rule: code`. */
function offences(file: string, source: string): string[] {
  const code = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const rules = code.includes('child_process') ? [...PROCESS_RULES, ...RULES] : RULES;
  return rules.flatMap(({ name, pattern, except }) => {
    const found = file === TOOLS || except?.test(file) ? null : pattern.exec(code);
    return found === null ? [] : [`${file} ${name}: ${found[0].trim()}`];
  });
}

const IMPORT = "import { execFile } from 'node:child_process';\n";

/** Every test and what it imports of `test/`; the scripts (bench, e2e, library) are not among them. */
function reached(): Map<string, string> {
  const tests = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `test/${name}`);
  const files = new Map<string, string>();
  const visit = (file: string): void => {
    if (files.has(file)) return;
    const source = readFileSync(join(ROOT, file), 'utf8');
    files.set(file, source);
    for (const [, target = ''] of source.matchAll(/^(?:import|export|\}).* from '(\.[^']*\.ts)'/gm)) {
      const next = relative(ROOT, resolve(ROOT, file, '..', target));
      if (next.startsWith('test/')) visit(next);
    }
  };
  tests.forEach(visit);
  files.delete('test/structure/tools.test.ts');
  return files;
}

describe('a test that needs more than Node, npm and git', () => {
  it('asks for its tools in one way', () => {
    const files = reached();
    const found = [...files].flatMap(([file, source]) => offences(file, source));
    expect(found, `${found.length} offences in ${files.size} files; ${FIX}`).toEqual([]);
    expect(files.size).toBeGreaterThan(250);
    console.log(`${files.size} files of tests looked at, by ${PROCESS_RULES.length + RULES.length} rules`);
  });

  it.each([
    ["execFileSync('python3', ['-c', script])", 'starts'],
    ['spawnSync(pythonOf(version), [])', 'starts'],
    ["const child = spawn(\n  'mariadbd',\n  [])", 'starts'],
    ["execSync('psql -c 1')", 'starts'],
    ['promisify(execFile)', 'starts'],
    ["spawnSync('bash', ['-c', 'node x.mjs | python3 -m json.tool'])", 'in a script'],
    ["execFileSync('sh', ['-c', `curl localhost`])", 'in a script'],
    ["readFileSync('../shared/data/bank-full.csv.gz')", 'looks for'],
    ["join(process.env.MLOPS_DATA ?? '', 'x.csv')", 'looks for'],
    ["existsSync(join(homedir(), '.cache/mlops-blueprint/aws/bin/python'))", 'looks for'],
    ["execFileSync('/bin/sh', ['-c', 'command -v cfn-lint'])", 'looks for'],
    ["describe.runIf(python)('x', () => {})", 'without a reason'],
    ["it.skipIf(!linux)('x', () => {})", 'without a reason'],
    ["it.skip('x', () => {})", 'without a reason'],
    ['if (process.env.CI) return;', 'without a reason'],
  ])('is found with another way: %s', (code, rule) => {
    expect(offences('test/planted.test.ts', IMPORT + code).join()).toContain(rule);
  });

  it.each([
    "spawnSync(process.execPath, ['bin/mlops.mjs'])",
    "promisify(execFile)(process.execPath, ['-e', ''])",
    "spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 5'])",
    'test("agrees with Python\'s float", () => {})',
    '// describe.runIf(x): as it was',
    "describeWith([python, bank], 'against SciPy', () => {})",
  ])('is accepted with %s', (code) => {
    expect(offences('test/planted.test.ts', IMPORT + code)).toEqual([]);
  });
});
