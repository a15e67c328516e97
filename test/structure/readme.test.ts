import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { describe, expect, it } from 'vitest';
import { type Blueprint, loadBlueprint } from '../../blueprints/index.ts';
import { openPglite } from '../../lambdas/adapters/local/pglite.ts';
import { checkWatch, planSteps } from '../../lambdas/core/release/strategy.ts';
import { compose } from '../../lambdas/core/sql/compose.ts';
import { withAwsTables } from '../../stacks/build/aws-tables.ts';
import { withAzureTables } from '../../stacks/build/azure-tables.ts';
import { withGcpTables } from '../../stacks/build/gcp-tables.ts';
import { defaultsAt, releaseCaption, releaseRow } from '../../stacks/build/release-table.ts';
import { commandsOf, mlopsWords, PAGES, ROOT, readPage } from './pages.ts';

/** Each command of the README, and the file that runs it: a test, or CI, with the words that it runs it by. */
const RUN_BY: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'npm ci': ['.ci/run', 'npm ci --omit=dev && npm start'],
  'npm cit': ['.ci/run', 'test/support/bare.sh npm cit'],
  'npm run synth:terraform': ['test/support/terraform-synth.sh', 'npm run -s synth:terraform'],
  'npm start': ['.ci/run', 'npm ci --omit=dev && npm start'],
  'npm test': ['.ci/run', 'npm run coverage'],
  '.ci/run': ['.ci/run', 'printf'],
  // Without an account: the fix of doctor's check, and the deployment of the same templates to an emulator.
  'npx cdk bootstrap': ['test/bin/clouds/aws/doctor.test.ts', '`npx cdk bootstrap '],
  'npx cdk deploy': ['test/e2e/aws.ts', 'deploy('],
  'npx cdk synth': ['.ci/run', 'npx cdk synth -q -c env=dev'],
  'mlops approve': ['test/bin/demo-and-registry.ci.test.ts', "'approve'"],
  'mlops cost': ['test/bin/clouds/aws/cost.ci.test.ts', "'cost'"],
  'mlops demo': ['test/bin/demo-file.ci.test.ts', "'demo'"],
  'mlops doctor': ['test/bin/clouds/aws/doctor.test.ts', "'doctor'"],
  'mlops drift': ['test/bin/versions.ci.test.ts', "'drift'"],
  'mlops serve': ['test/bin/commands.ci.test.ts', "'serve'"],
  'mlops status': ['test/bin/commands.ci.test.ts', "'status'"],
  'mlops train': ['test/bin/train.ci.test.ts', "'train'"],
  'mlops validate': ['test/bin/usage.ci.test.ts', "'validate'"],
};
const MAX_WORDS = 900;

/** A command without what it is given: the key of the table above. */
function nameOf(command: string): string {
  const [first] = mlopsWords(command) ?? [];
  if (first !== undefined && command !== 'npm start') return `mlops ${first}`;
  return command
    .split(' ')
    .slice(0, /^(?:npx|npm run)\b/.test(command) ? 3 : 2)
    .join(' ');
}

describe('the README', () => {
  const readme = readPage('README.md');

  it(`has at most ${MAX_WORDS} words, code and tables too`, () => {
    expect(readme.split(/\s+/).filter(Boolean).length).toBeLessThanOrEqual(MAX_WORDS);
  });

  it('shows only commands that a test or CI runs', () => {
    const shown = new Set(commandsOf(readme).map(nameOf));
    expect([...shown].sort()).toEqual(Object.keys(RUN_BY).sort());
    for (const [command, [file, words]] of Object.entries(RUN_BY))
      expect(readPage(file).includes(words), `${command} in ${file}`).toBe(true);
  });

  it('links every page of docs', () => {
    for (const page of PAGES.filter((name) => name.startsWith('docs/')))
      expect(readme).toContain(`](${page})`);
  });
});

describe('the page of releases', () => {
  it('has the caption and a row of the release code (npm run docs); the slow tests have them all', () => {
    const page = readPage('docs/releases.md');
    expect(page).toContain(releaseCaption());
    const row = releaseRow(2_000);
    const shown = page.split('\n').find((line) => line.startsWith(`| ${row[0]} `));
    expect(
      shown
        ?.split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ).toEqual(row);
    expect(page.match(/<!-- table: /g)).toHaveLength(1);
  });
});

describe('the sizes of the tests on the page of releases', () => {
  const page = readPage('docs/releases.md').replaceAll(/\s+/g, ' ');
  const count = (value: number | undefined) => value?.toLocaleString('en-US');

  it('names the requests of each step and of the watch', () => {
    const [first, full] = planSteps('canary', defaultsAt(1e6)).steps;
    const [, looser] = planSteps('canary', defaultsAt(first?.needed ?? 0)).steps;
    expect(page).toContain(`A canary of 10 % needs ${count(first?.needed)} requests in it.`);
    expect(page).toContain(
      `At 50 % it needs ${count(full?.needed)} requests, the looser test ${count(looser?.needed)}.`,
    );
    const [most, fewer] = [checkWatch(defaultsAt(1e6)), checkWatch(defaultsAt(20))];
    expect(page).toContain(
      `The watch needs ${count(most.needed)} requests for the full test, ${count(fewer.needed)} for the looser one.`,
    );
  });

  it('names the fewest requests a day', () => {
    const least = (is: (perDay: number) => boolean) =>
      Array.from({ length: 200 }, (_, index) => index + 1).find(is);
    const full = least((perDay) => checkWatch(defaultsAt(perDay)).test === 'full');
    const looser = least((perDay) => checkWatch(defaultsAt(perDay)).feeds);
    expect(page).toContain(`The full test fits from ${full} requests a day, the looser one from ${looser}.`);
  });
});

describe('the page of the blueprint', () => {
  it('shows a valid blueprint, with rows that PostgreSQL exports', async () => {
    const code = /```ts\n([\s\S]*?)```/.exec(readPage('docs/blueprint.md'))?.[1] ?? '';
    const folder = mkdtempSync(join(ROOT, 'node_modules/.readme-'));
    try {
      const file = join(folder, 'blueprint.ts');
      writeFileSync(file, code.replace("'../index.ts'", `'${ROOT}/blueprints/index.ts'`));
      const { blueprint } = await loadBlueprint(file);
      expect(blueprint.name).toBe('churn');
      expect(await exported(blueprint)).toBe(
        'id,seen_at,plan,spend,churned\nc1,2026-01-02 00:00:00+00,basic,9.5,t\n',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** What the blueprint's steps select from a table of its columns. */
async function exported({ source }: Blueprint): Promise<string> {
  const database = await PGlite.create();
  await database.exec(`SET timezone TO 'UTC';
    CREATE TABLE customers (id text, seen_at timestamptz, plan text, spend float8, churned boolean);
    INSERT INTO customers VALUES ('c1', '2026-01-02', 'basic', 9.5, true), ('c2', '2026-02-01', 'basic', 1, false)`);
  const window = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
  const query = { sql: compose(source.steps), window, timeoutSec: 60 };
  let csv = '';
  await openPglite({ database }).snapshot(async (snapshot) => {
    for await (const chunk of snapshot.stream(query)) csv += Buffer.from(chunk).toString('utf8');
  });
  await database.close();
  return csv;
}

describe('the guide to AWS', () => {
  const guide = readPage('stacks/aws/README.md');

  it('counts the roles, functions and log groups of a model as its templates have them', () => {
    const types = ['dev-data', 'dev-model'].flatMap((half) => {
      const { Resources } = JSON.parse(readFileSync(join(ROOT, `test/golden/aws/${half}.json`), 'utf8')) as {
        Resources: Record<string, { Type: string }>;
      };
      return Object.values(Resources).map(({ Type }) => Type);
    });
    const [roles, functions, groups] = ['IAM::Role', 'Lambda::Function', 'Logs::LogGroup'].map(
      (name) => types.filter((type) => type === `AWS::${name}`).length,
    );
    expect(guide).toContain(`has ${roles} roles, ${functions} functions and ${groups} log groups.`);
    expect(guide.replaceAll('\n', ' ')).toContain(`room for ${Math.floor(1_000 / (roles ?? 0))} of them`);
  });

  it('has the tables of the stacks (npm run docs)', () => {
    expect(withAwsTables(guide)).toBe(guide);
    expect(guide.match(/<!-- table: /g)).toHaveLength(7);
  });

  it('has a section for every alarm, and none for a removed alarm', () => {
    expect(sectionsOf(guide)).toEqual(alarmsOf('constructs/aws'));
  });
});

describe('the guide to Google Cloud', () => {
  const guide = readPage('stacks/terraform/README.md');

  it('has the tables of the stacks (npm run docs)', () => {
    expect(withGcpTables(guide)).toBe(guide);
    expect(guide.match(/<!-- table: /g)).toHaveLength(8);
  });

  it('has a section for every alarm, and none for a removed alarm', () => {
    expect(sectionsOf(guide)).toEqual(alarmsOf('constructs/gcp'));
  });
});

describe('the guide to Azure', () => {
  const guide = readPage('stacks/terraform/azure.md');

  it('has the tables of the stacks (npm run docs)', () => {
    expect(withAzureTables(guide)).toBe(guide);
    expect(guide.match(/<!-- table: /g)).toHaveLength(6);
  });

  it('has a section for every alarm, and none for a removed alarm', () => {
    expect(sectionsOf(guide)).toEqual(alarmsOf('constructs/azure'));
  });
});

/** The runbook's sections that the alarms of a cloud and of all clouds name. */
function alarmsOf(folder: string): string[] {
  const named = [folder, 'constructs/shared']
    .map((one) => join(ROOT, one))
    .flatMap((one) => readdirSync(one).map((name) => join(one, name)))
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => readFileSync(file, 'utf8').match(/'runbook-[a-z-]+'/g) ?? [])
    .map((name) => name.slice(1, -1));
  return [...new Set(named)].sort();
}

const sectionsOf = (guide: string): (string | undefined)[] =>
  [...guide.matchAll(/^### (runbook-[a-z-]+)$/gm)].map(([, name]) => name).sort();
