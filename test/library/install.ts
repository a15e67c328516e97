/**
 * What a team with a CDK app of its own does: installs the packed package beside aws-cdk-lib in an empty folder, and
 * synthesizes two constructs in its own stack, network and key.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listOf, resourcesOf, type Template } from '../support/template.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'mlops-library-'));
const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const pinned = (name: string) => `${name}@${devDependencies[name]}`;

try {
  const npm = (args: readonly string[], cwd: string) =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });
  npm(['pack', '--pack-destination', folder], ROOT);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  assert.ok(tarball, 'npm pack made a tarball');

  writeFileSync(join(folder, 'package.json'), '{"type":"module"}\n');
  npm(
    [
      'install',
      `./${tarball}`,
      pinned('aws-cdk-lib'),
      pinned('constructs'),
      pinned('typescript'),
      pinned('@types/node'),
    ],
    folder,
  );
  assert.ok(!existsSync(join(folder, 'node_modules/@cdktf')), 'nothing of cdktf is installed');

  cpSync(join(import.meta.dirname, 'app.ts.txt'), join(folder, 'app.ts'));
  cpSync(join(import.meta.dirname, 'churn.ts.txt'), join(folder, 'churn.ts'));
  const compiler = {
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ['node'],
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: compiler, files: ['app.ts'] }),
  );
  execFileSync(join(folder, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder, stdio: 'inherit' });

  const lines = readFileSync(join(folder, 'app.ts'), 'utf8').trim().split('\n').length;
  assert.ok(lines <= 22, `the app has ${lines} lines`);
  const env = { ...process.env, CDK_OUTDIR: join(folder, 'cdk.out') };
  execFileSync(process.execPath, [join(folder, 'node_modules/tsx/dist/cli.mjs'), 'app.ts'], {
    cwd: folder,
    env,
  });
  const template = JSON.parse(readFileSync(join(folder, 'cdk.out/Churn.template.json'), 'utf8')) as Template;
  const stacks = { Churn: template };

  const functions = resourcesOf(stacks, 'AWS::Lambda::Function');
  assert.equal(functions.length, 3, 'export, ground truth and monitor');
  const inVpc = functions.filter(({ properties }) => properties.VpcConfig !== undefined);
  assert.equal(inVpc.length, 1, 'the export is in the network that was given');
  assert.equal(resourcesOf(stacks, 'AWS::KMS::Key').length, 1, 'the key that was given, and no other');
  for (const { id, properties } of functions) assert.ok(properties.KmsKeyArn, `${id} has the key`);
  assert.equal(
    listOf(resourcesOf(stacks, 'AWS::Scheduler::Schedule')).length,
    2,
    'the export and the monitor run by themselves',
  );
  process.stdout.write(
    `as a library: ${lines} lines, ${Object.keys(template.Resources).length} resources in somebody else's stack\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
