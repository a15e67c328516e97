/** `npm run docs`: writes the generated tables into stacks/aws/README.md. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './aws-tables.ts';

const file = join(import.meta.dirname, '../../stacks/aws/README.md');
writeFileSync(file, withTables(readFileSync(file, 'utf8')));
