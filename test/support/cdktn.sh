#!/usr/bin/env bash
# The successor of cdktf, which has the same interface: with it in place the stacks are equal as JSON, but for its version.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
CDKTF_OUTDIR=$scratch/before npm run -s synth:terraform
git ls-files -z | xargs -0 cp --parents -t "$scratch" 2>/dev/null
cd "$scratch"
node -e "
const fs = require('fs');
const manifest = JSON.parse(fs.readFileSync('package.json', 'utf8'));
manifest.overrides.cdktf = manifest.devDependencies.cdktf = 'npm:cdktn@0.24.0';
fs.writeFileSync('package.json', JSON.stringify(manifest, null, 2));
"
npm install --ignore-scripts --no-audit --no-fund --silent
node -p "const { name, version } = require('./node_modules/cdktf/package.json'); name + ' ' + version"
CDKTF_OUTDIR=$scratch/after npm run -s synth:terraform
node -e "
const fs = require('fs');
const assert = require('assert/strict');
const read = (copy, stack) => {
  const text = fs.readFileSync(copy + '/stacks/' + stack + '/cdk.tf.json', 'utf8');
  const config = JSON.parse(text);
  const { version } = config['//'].metadata;
  delete config['//'].metadata.version;
  return { config, version };
};
const stacks = fs.readdirSync('before/stacks');
for (const stack of stacks) assert.deepEqual(read('after', stack).config, read('before', stack).config, stack);
assert.ok(stacks.length > 0);
assert.notEqual(read('after', stacks[0]).version, read('before', stacks[0]).version);
console.log(stacks.length + ' stacks are equal but for ' + read('before', stacks[0]).version + ' and ' + read('after', stacks[0]).version);
"
