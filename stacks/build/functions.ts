/** The last step of `npm run build`: the functions' bundles, so that who installs the package needs no bundler. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundlesOf } from '../../constructs/shared/bundle.ts';
import { BUNDLING, type BundledCloud } from '../../constructs/shared/bundling.ts';

const target = join(import.meta.dirname, '../../dist/functions');
let total = 0;
for (const cloud of Object.keys(BUNDLING) as BundledCloud[]) // its keys
  for (const [name, files] of bundlesOf(cloud))
    for (const { name: file, bytes } of files) {
      const path = join(target, cloud, name, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      total += bytes.byteLength;
    }
process.stdout.write(`functions: ${(total / 1e6).toFixed(1)} MB in dist/functions\n`);
