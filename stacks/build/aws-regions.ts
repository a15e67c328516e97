/**
 * `npm run regions`: writes the table of the resource types that each region lacks, from AWS's regional schemas inside
 * cfn-lint. It needs the pinned cfn-lint (`.ci/run`), or the path of a Python that has it as its argument.
 */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AWS_TYPES } from '../../constructs/config/limits/aws-types.ts';

export const REGION_TABLE = join(import.meta.dirname, '../../constructs/config/limits/aws-regions.ts');
/** The region that cfn-lint falls back to: a region with the same digest for each type has no schemas of its own. */
const FALLBACK = 'us-east-1';
const FIND = `import cfnlint, cfnlint.version, os
print(os.path.join(os.path.dirname(cfnlint.__file__), 'data/schemas/providers'))
print(cfnlint.version.__version__)`;

interface Releases {
  readonly releases: Readonly<Record<string, readonly { readonly upload_time: string }[]>>;
}

/** Digests of the schemas in a region, by resource type. */
type Schemas = Readonly<Record<string, string>>;

/**
 * The source text of the table.
 *
 * @param python - Path of a Python with cfn-lint.
 * @param released - Day on which a version of cfn-lint was released, `2026-10-20`.
 */
export function regionTable(python: string, released: (version: string) => string): string {
  const [folder = '', version = ''] = execFileSync(python, ['-c', FIND], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const read = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Schemas;
  const fallback = JSON.stringify(read(`${FALLBACK}.json`));
  const regions = readdirSync(folder)
    .filter((name) => /^[a-z]{2,4}(-[a-z]+)+-\d\.json$/.test(name) && !name.includes('-iso'))
    .sort();
  const rows = regions.map((name) => {
    const missing = AWS_TYPES.filter((type) => !(type in read(name)));
    return `  '${name.slice(0, -5)}': [${missing.map((type) => `'${type}'`).join(', ')}],`;
  });
  const copies = regions
    .filter((name) => name !== `${FALLBACK}.json` && JSON.stringify(read(name)) === fallback)
    .map((name) => `'${name.slice(0, -5)}'`);
  return [
    '/** Written by `npm run regions`; not to be edited. */',
    '',
    "import type { AwsType } from './aws-types.ts';",
    '',
    '/** Source of this table: the regional schemas of CloudFormation in this release of cfn-lint. */',
    `export const REGION_SCHEMAS = { source: 'cfn-lint ${version}', released: '${released(version)}' } as const;`,
    '',
    '/** Types of `AWS_TYPES` that CloudFormation lacks, by region. A region without a row has no schemas. */',
    'export const MISSING_TYPES: Readonly<Record<string, readonly AwsType[]>> = {',
    ...rows,
    '};',
    '',
    `/** Regions whose schemas are a copy of ${FALLBACK}'s: nobody has published what they lack. */`,
    `export const UNVERIFIED_REGIONS: readonly string[] = [${copies.join(', ')}];`,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const python = process.argv[2] ?? join(homedir(), '.cache/mlops-blueprint/aws/bin/python');
  const reply = await fetch('https://pypi.org/pypi/cfn-lint/json');
  const { releases } = (await reply.json()) as Releases; // PyPI's own form, docs.pypi.org/api/json
  writeFileSync(
    REGION_TABLE,
    regionTable(python, (version) => releases[version]?.[0]?.upload_time.slice(0, 10) ?? 'unknown'),
  );
}
