import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Project, ROOT } from './project.ts';

/** Module settings of TypeScript projects that ask for CommonJS; NodeNext is what `cdk init` writes. */
const MODULES = [
  ['--module', 'NodeNext'],
  ['--module', 'Node16'],
  ['--module', 'commonjs', '--moduleResolution', 'bundler'],
];
/** The last TypeScript before 6 has a resolution that reads no `exports`; ts-jest needs its API. */
const BEFORE = ['typescript@5.9', 'ts-jest@29'];

/** Makes a project of users as the CDK makes it, with jest, and puts two models with a test into it. */
export function initProject(project: Project, tarball: string): void {
  const cdk = join(ROOT, 'node_modules/aws-cdk/bin/cdk');
  const init = ['init', 'app', '--language', 'typescript', '--generate-only'];
  execFileSync(process.execPath, [cdk, ...init], {
    cwd: project.folder,
    env: { ...process.env, HOME: project.folder, CDK_DISABLE_CLI_TELEMETRY: 'true' },
    stdio: 'pipe', // it prints a page of advice; an error has what it printed
  });
  for (const folder of ['bin', 'lib', 'test', '.cdk'])
    rmSync(project.path(folder), { recursive: true, force: true });
  project.copy('churn.ts.txt', 'lib/churn.ts');
  project.copy('models-stack.ts.txt', 'lib/models-stack.ts');
  project.copy('models.test.ts.txt', 'test/models.test.ts');
  // The program of the CDK is left out: nothing here runs it, and it is large.
  project.changeJson('package.json', ({ devDependencies, ...rest }) => {
    const { 'aws-cdk': _, ...others } = devDependencies ?? {};
    return { ...rest, devDependencies: others };
  });
  project.install(tarball);
}

/** Runs its tests, and the compiler under each setting. */
export function checkInitProject(project: Project): void {
  project.tsc();
  project.run('jest/bin/jest.js', '--ci');
  checkTypes(project, MODULES);
  project.evaluate("require('mlops-blueprint/aws'); require('mlops-blueprint/blueprint')");
}

/** The same project as the CDK made it before TypeScript 7: `module: commonjs` and ts-jest. */
export function checkOlderProject(project: Project): void {
  project.install('--save-dev', ...BEFORE);
  const transform = { '^.+\\.tsx?$': 'ts-jest' };
  const jest = { testEnvironment: 'node', roots: ['<rootDir>/test'], transform };
  writeFileSync(project.path('jest.config.js'), `module.exports = ${JSON.stringify(jest)};\n`);
  project.changeJson('tsconfig.json', ({ compilerOptions, ...rest }) => {
    const { moduleResolution: _, ...others } = compilerOptions ?? {};
    return { ...rest, compilerOptions: { ...others, module: 'commonjs' } };
  });
  project.run('jest/bin/jest.js', '--ci');
  checkTypes(project, [['--module', 'commonjs', '--moduleResolution', 'node10', '--esModuleInterop']]);
}

/** Types are found, whole and not `any`: a right program compiles with every declaration checked, a wrong prop is refused. */
function checkTypes(project: Project, settings: readonly (readonly string[])[]): void {
  const wrong = readFileSync(project.path('lib/models-stack.ts'), 'utf8').replaceAll(
    '{ config,',
    '{ confg: config,',
  );
  writeFileSync(project.path('lib/wrong.ts'), wrong);
  for (const setting of settings) {
    const options = [
      ...setting,
      '--noEmit',
      '--strict',
      '--target',
      'es2022',
      '--types',
      'node',
      '--skipLibCheck',
      'false',
    ];
    project.writeJson('tsconfig.empty.json', { files: ['lib/models-stack.ts'] });
    project.tsc('-p', 'tsconfig.empty.json', ...options);
    project.writeJson('tsconfig.empty.json', { files: ['lib/wrong.ts'] });
    assert.throws(
      () => project.tsc('-p', 'tsconfig.empty.json', ...options),
      ({ stdout }: { stdout: string }) => stdout.match(/'confg' does not exist in type/g)?.length === 2,
      `${setting.join(' ')}: a prop that does not exist is refused`,
    );
  }
  rmSync(project.path('lib/wrong.ts'));
}
