/** `npm run docs`: writes docs/errors.md, and the generated tables into the pages that show them. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withAwsTables } from './aws-tables.ts';
import { withAzureTables } from './azure-tables.ts';
import { errorPage } from './error-page.ts';
import { withGcpTables } from './gcp-tables.ts';
import { withReleaseTable } from './release-table.ts';

const ROOT = join(import.meta.dirname, '../..');
for (const [name, fill] of [
  ['docs/releases.md', withReleaseTable],
  ['stacks/aws/README.md', withAwsTables],
  ['stacks/terraform/README.md', withGcpTables],
  ['stacks/terraform/azure.md', withAzureTables],
] as const) {
  const file = join(ROOT, name);
  writeFileSync(file, fill(readFileSync(file, 'utf8')));
}
mkdirSync(join(ROOT, 'docs'), { recursive: true });
writeFileSync(join(ROOT, 'docs/errors.md'), errorPage());
