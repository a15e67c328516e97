/**
 * What a team with a CDK app of its own does: installs the packed package, into an empty folder with ES modules and into
 * what `cdk init` makes, and synthesizes constructs in its own stack, network and key.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listOf, resourcesOf, type Template } from '../support/template.ts';
import { blocksOf } from '../support/terraform/located.ts';
import type { TerraformConfig } from '../support/terraform/schema.ts';
import { checkInitProject, checkOlderProject, initProject } from './cdk-init.ts';
import { Project, packTo, pinned } from './project.ts';

/** Never for somebody who imports constructs: clients of clouds and databases, servers, bundlers. */
const HEAVY =
  /^(@aws-sdk|@smithy|@stdlib|@cdktf|@electric-sql|@esbuild)\/|^(cdktf|esbuild|fastify|mysql2|pg|pino|tsx)$/;

const folder = mkdtempSync(join(tmpdir(), 'mlops-library-'));

/** The package with what it cannot do without: its size, and the command that a missing package is told by. */
function checkPackageAlone(tarball: string): void {
  const project = new Project(join(folder, 'alone'));
  project.writeJson('package.json', { private: true });
  project.install(tarball);
  assert.deepEqual(
    project.packages().filter((name) => HEAVY.test(name)),
    [],
  );
  const program = [project.path('node_modules/mlops-blueprint/bin/mlops.mjs'), 'validate'];
  const { status, stderr } = spawnSync(process.execPath, program, { cwd: project.folder, encoding: 'utf8' });
  assert.equal(status, 1);
  assert.match(
    stderr,
    /not installed \[package\/not-installed\]\n {4}fix: npm install --save-dev .*fastify@\d/,
  );
  const size = (path?: string) => `${project.megabytes(path).toFixed(1)} MB`;
  const own = 'node_modules/mlops-blueprint';
  process.stdout.write(
    `installed without optional packages: ${size()} in ${project.packages().length} packages, ` +
      `this one ${size(own)}, its functions ${size(`${own}/functions`)}\n`,
  );
}

/** A stack with ES modules, in a network and with a key that were given. */
function checkModules(tarball: string): void {
  const project = new Project(join(folder, 'modules'));
  project.writeJson('package.json', { type: 'module', private: true });
  project.install(
    tarball,
    ...['aws-cdk-lib', 'constructs', 'typescript', '@types/node'].map(pinned),
    'tsx@4',
  );
  for (const name of ['@cdktf', 'cdktf'])
    assert.ok(!existsSync(project.path('node_modules', name)), `${name} is not installed`);
  project.copy('app.ts.txt', 'app.ts');
  project.copy('churn.ts.txt', 'churn.ts');
  const compilerOptions = {
    module: 'NodeNext',
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ['node'],
  };
  project.writeJson('tsconfig.json', { compilerOptions, files: ['app.ts'] });
  project.tsc();

  const lines = readFileSync(project.path('app.ts'), 'utf8').trim().split('\n').length;
  assert.ok(lines <= 22, `the app has ${lines} lines`);
  process.env.CDK_OUTDIR = project.path('cdk.out');
  project.run('tsx/dist/cli.mjs', 'app.ts');
  delete process.env.CDK_OUTDIR;
  const template = JSON.parse(readFileSync(project.path('cdk.out/Churn.template.json'), 'utf8')) as Template;
  checkTemplate(template);
  process.stdout.write(
    `as a library: ${lines} lines, ${Object.keys(template.Resources).length} resources in somebody else's stack\n`,
  );
}

function checkTemplate(template: Template): void {
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
}

/** A stack of CDK for Terraform with a provider of its own. */
function checkTerraform(tarball: string): void {
  const project = new Project(join(folder, 'terraform'));
  project.writeJson('package.json', { type: 'module', private: true });
  project.install(
    tarball,
    ...['cdktf', '@cdktf/provider-google', 'constructs', 'typescript', '@types/node'].map(pinned),
    'tsx@4',
  );
  assert.ok(!existsSync(project.path('node_modules/aws-cdk-lib')), 'the CDK of AWS is not installed');
  project.copy('gcp-app.ts.txt', 'app.ts');
  project.copy('churn.ts.txt', 'churn.ts');
  const compilerOptions = {
    module: 'NodeNext',
    strict: true,
    skipLibCheck: true, // the declarations of the provider are not ours
    noEmit: true,
    allowImportingTsExtensions: true,
    types: ['node'],
  };
  project.writeJson('tsconfig.json', { compilerOptions, files: ['app.ts'] });
  project.tsc();

  const lines = readFileSync(project.path('app.ts'), 'utf8').trim().split('\n').length;
  assert.ok(lines <= 22, `the app has ${lines} lines`);
  project.run('tsx/dist/cli.mjs', 'app.ts');
  const text = readFileSync(project.path('cdktf.out/stacks/Churn/cdk.tf.json'), 'utf8');
  const stacks = { Churn: JSON.parse(text) as TerraformConfig }; // what it has written
  assert.equal(blocksOf(stacks, 'google_cloudfunctions2_function').length, 2, 'ground truth and monitor');
  for (const { body } of blocksOf(stacks, 'google_storage_bucket_object'))
    assert.ok(
      existsSync(project.path('cdktf.out/stacks/Churn', String(body.source))),
      'each has its archive',
    );
  const { data, resource } = stacks.Churn;
  assert.ok(!JSON.stringify({ data, resource }).includes(project.folder), 'no path of this machine');
  process.stdout.write(
    `as a library of CDK for Terraform: ${lines} lines, ${blocksOf(stacks).length} resources\n`,
  );
}

try {
  const tarball = packTo(folder);
  checkPackageAlone(tarball);
  checkModules(tarball);
  checkTerraform(tarball);
  const project = new Project(join(folder, 'app'));
  initProject(project, tarball);
  checkInitProject(project);
  process.stdout.write(
    'in a project of cdk init: jest passes, types hold as NodeNext, Node16 and CommonJS\n',
  );
  checkOlderProject(project);
  process.stdout.write('in a project of cdk init before TypeScript 7: ts-jest passes, types hold\n');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
