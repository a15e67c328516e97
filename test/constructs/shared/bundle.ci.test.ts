import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import { bundlesOf, bundleUnits } from '../../../constructs/shared/bundle.ts';
import {
  BUNDLING,
  type BundledCloud,
  type Bundling,
  type Unit,
} from '../../../constructs/shared/bundling.ts';
import { configFile } from '../../../constructs/shared/unit-asset.ts';
import type { ZipEntry } from '../../../constructs/shared/zip.ts';
import { APPS, type AppName } from '../../../lambdas/apps.ts';
import type { FunctionConfig } from '../../../lambdas/core/function-config.ts';
import { FUNCTIONS, type FunctionName } from '../../../lambdas/functions.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import { tempDir } from '../../support/temp-dir.ts';

const ROOT = join(import.meta.dirname, '../../..');
const textFile = (name: string, text: string): ZipEntry => ({ name, bytes: Buffer.from(text) });
const unit = (name: string, functions: readonly FunctionName[]): Unit => ({
  name,
  functions,
  entries: Object.fromEntries(
    functions.map((one) => [one, `test/constructs/shared/made-up-cloud/${one}.ts`]),
  ),
});

const PIPELINE = unit('pipeline', ['export', 'prepare']);
const SCORING = unit('scoring', ['score']);

/** A cloud unlike AWS: an app has several functions, which register with a package of its runtime. */
const MADE_UP: Bundling = {
  node: 22,
  external: ['commander'],
  units: [PIPELINE, SCORING],
  rootFiles: ({ entries }) => {
    const imports = Object.keys(entries).map((name) => `import './${name}.mjs';\n`);
    return [textFile('index.mjs', imports.join('')), textFile('package.json', '{"main":"index.mjs"}')];
  },
};

/** The package as the runtime provides it: it calls each function as soon as it registers. */
const RUNTIME = 'export const program = { command: () => ({ action: (run) => run() }) };';

const namesOf = (files: readonly ZipEntry[] = []): string[] =>
  files.map(({ name }) => name.replace(/^chunks\/\w+\.mjs$/, 'chunks/*.mjs')).sort();

/** Returns everything that Node prints when it starts these files where the cloud's runtime is. */
function start(files: readonly ZipEntry[] = []): string {
  const folder = tempDir();
  const provided = [
    textFile('node_modules/commander/package.json', '{"type":"module","exports":"./index.js"}'),
    textFile('node_modules/commander/index.js', RUNTIME),
  ];
  for (const { name, bytes } of [...files, ...provided]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return execFileSync(process.execPath, [folder], { encoding: 'utf8' });
}

describe('a bundle of units', () => {
  const bundles = bundleUnits(MADE_UP);

  it('holds the functions of its unit, the chunks that they share and the root files', () => {
    expect([...bundles.keys()]).toEqual(['pipeline', 'scoring']);
    expect(namesOf(bundles.get('pipeline'))).toEqual([
      'chunks/*.mjs',
      'export.mjs',
      'index.mjs',
      'package.json',
      'prepare.mjs',
    ]);
    expect(namesOf(bundles.get('scoring'))).toEqual([
      'chunks/*.mjs',
      'index.mjs',
      'package.json',
      'score.mjs',
    ]);
  });

  it('starts in Node by its root files, with the package that the runtime provides', () => {
    expect(start(bundles.get('pipeline'))).toBe('export has 2 rows\nprepare has 1 rows\n');
    expect(start(bundles.get('scoring'))).toBe('score has 0 rows\n');
  });

  it('fails when two units have different sources for one entry', () => {
    const other = { ...SCORING, name: 'other', entries: { export: 'lambdas/functions.ts' } };
    expect(() => bundleUnits({ ...MADE_UP, units: [PIPELINE, other] })).toThrow(/export\.mjs/);
  });
});

describe('the configuration of a unit', async () => {
  const { blueprint } = await loadBlueprint(join(ROOT, 'blueprints/bank-marketing/blueprint.ts'));
  const config = resolveConfig(blueprint, parseEnvironment('prod', {}, 'aws'), 'aws');
  const configOf = (one: Unit, text = ''): FunctionConfig => {
    const { name, bytes } = configFile(one.functions, [textFile('package.json', text)], config);
    expect(name).toBe('config.json');
    return JSON.parse(Buffer.from(bytes).toString());
  };

  it('names the database where the export is one of its functions, and nowhere else', () => {
    const { engine } = config.model.source;
    expect(configOf(PIPELINE).database).toEqual({ engine, ...config.environment.database });
    expect(configOf(SCORING)).not.toHaveProperty('database');
  });

  it('has a code version that changes with every file, the root files too', () => {
    const { codeVersion } = configOf(SCORING, '{}');
    expect(configOf(SCORING, '{}').codeVersion).toBe(codeVersion);
    expect(configOf(SCORING, '[]').codeVersion).not.toBe(codeVersion);
  });
});

describe('the bundles of AWS', () => {
  it('are one for each function: its entry, chunks, and nothing at the root', () => {
    expect(BUNDLING.aws.units.map(({ name }) => name)).toEqual(Object.keys(FUNCTIONS));
    for (const { name } of BUNDLING.aws.units)
      expect(new Set(namesOf(bundlesOf('aws').get(name)))).toEqual(new Set(['chunks/*.mjs', `${name}.mjs`]));
  });
});

describe('a bundle of Google Cloud', () => {
  it('has the entry of its function, chunks, and the package.json that names the file to start', () => {
    expect(BUNDLING.gcp.units.map(({ name }) => name)).toEqual(Object.keys(FUNCTIONS));
    for (const { name } of BUNDLING.gcp.units) {
      const files = bundlesOf('gcp').get(name) ?? [];
      expect(new Set(namesOf(files))).toEqual(new Set(['chunks/*.mjs', `${name}.mjs`, 'package.json']));
      const named = files.find((file) => file.name === 'package.json')?.bytes ?? [];
      expect(JSON.parse(Buffer.from(named).toString())).toEqual({ type: 'module', main: `${name}.mjs` });
    }
  });

  it('has nothing of AWS, and one of AWS has nothing of Google', () => {
    const textOf = (cloud: BundledCloud) =>
      [...bundlesOf(cloud).values()].flat().map(({ bytes }) => Buffer.from(bytes).toString());
    const isAwsCode = (text: string) => text.includes('X-Amz-Target') || text.includes('aws-chunked');
    const isGoogleCode = (text: string) => text.includes('metadata.google.internal');
    expect([textOf('gcp').some(isAwsCode), textOf('aws').some(isGoogleCode)]).toEqual([false, false]);
    expect([textOf('aws').some(isAwsCode), textOf('gcp').some(isGoogleCode)]).toEqual([true, true]);
  });

  it('does not import node:http as a module, which would make its lazy parts in each cold start', () => {
    const imports = /\bfrom\s*"(?:node:)?https?"/;
    const texts = [...bundlesOf('gcp').values()].flat().map(({ bytes }) => Buffer.from(bytes).toString());
    expect(texts.filter((text) => imports.test(text))).toEqual([]);
    expect(imports.test('import{Server as a}from"node:http";')).toBe(true);
  });
});

describe('an archive of Azure', () => {
  const filesOf = (name: string) => bundlesOf('azure').get(name) ?? [];
  const jsonOf = (files: readonly ZipEntry[], name: string): unknown =>
    JSON.parse(Buffer.from(files.find((file) => file.name === name)?.bytes ?? []).toString());

  it('has the entry of its app, chunks, and the two files that the host reads', () => {
    expect(BUNDLING.azure.units.map(({ name }) => name)).toEqual(Object.keys(APPS));
    for (const { name, functions } of BUNDLING.azure.units) {
      const files = filesOf(name);
      expect(new Set(namesOf(files)), name).toEqual(
        new Set(['chunks/*.mjs', 'host.json', 'package.json', `${name}.mjs`]),
      );
      expect(jsonOf(files, 'package.json')).toEqual({ type: 'module', main: `${name}.mjs` });
      expect(functions).toEqual(APPS[name as AppName].functions);
    }
  });

  it('has nothing of the other clouds, and Durable Functions in the pipeline alone', () => {
    const textOf = (name: string) =>
      filesOf(name)
        .map(({ bytes }) => Buffer.from(bytes).toString())
        .join('');
    for (const { name } of BUNDLING.azure.units) {
      const text = textOf(name);
      expect([name, /X-Amz-Target|metadata\.google\.internal/.test(text)]).toEqual([name, false]);
      expect([name, text.includes('orchestrationTrigger')]).toEqual([name, name === 'pipeline']);
    }
  });

  it('leaves the package of the worker to the worker', () => {
    for (const { name } of BUNDLING.azure.units) {
      const asking = filesOf(name).filter(({ bytes }) =>
        Buffer.from(bytes).includes('"@azure/functions-core"'),
      );
      expect([name, asking.length]).toEqual([name, 1]);
    }
  });
});
