import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Blueprint, parseBlueprint } from '../../../blueprints/index.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import type { Cloud } from '../../../constructs/config/schema.ts';
import { InvalidInput } from '../../../lambdas/core/errors.ts';
import { environmentsOn, loadEnvironment } from '../../../stacks/config/load.ts';
import { brokenAll } from '../../blueprints/valid.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const CLOUDS: readonly Cloud[] = ['local', 'aws', 'gcp', 'azure'];

/** The blueprints of the repository. */
async function ownBlueprints(): Promise<readonly Blueprint[]> {
  const files = ['blueprints', 'test/panels'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('/blueprint.ts'))
      .map((file) => join(ROOT, folder, file))
      .sort(),
  );
  const modules = await Promise.all(
    files.map(async (file) => (await import(pathToFileURL(file).href)) as { readonly blueprint: Blueprint }), // its one export
  );
  return modules.map(({ blueprint }) => blueprint);
}

/** A blueprint for each thing that not every cloud can do. */
const variants = (): readonly Blueprint[] =>
  [
    { name: 'all-right' },
    { name: 'by-key', 'serving.online.byKey': true },
    { name: 'every-seven-hours', 'source.schedule': 'rate(7 hours)' },
    { name: 'day-and-weekday', 'training.schedule': '0 2 1 * 1' },
    { name: 'tier-large', 'environments.tier': 'large' },
    { name: 'too-many-rows', 'source.expectedRows': 90_000_000 },
    {
      name: 'reserved-feature',
      'features.fields.0.name': 'is_deleted',
      'features.fields.0.column': 'tenure',
    },
    { name: 'my-google-ads' },
    { name: 'busy', 'serving.online.requestsPerDay': 100_000_000 },
  ].map((changes) => parseBlueprint(brokenAll(changes), changes.name));

async function outcome(blueprint: Blueprint, name: string, cloud: Cloud): Promise<string> {
  const environment = await loadEnvironment(name, cloud);
  try {
    const { release, warnings } = resolveConfig(blueprint, environment, cloud);
    const warned = warnings.map(({ code }) => ` (warning ${code})`).join('');
    return `accepted, release ${release.strategy}${warned}`;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    for (const { message, fix, allowed } of error.problems) {
      expect(message).not.toBe('');
      expect(fix ?? allowed).toBeDefined();
    }
    return `refused: ${error.problems.map(({ code, path }) => `${code} ${path}`).join(', ')}`;
  }
}

describe('a blueprint in an environment of a cloud', () => {
  it('is accepted, or is refused with a reason and a way out', async () => {
    const rows: string[] = [];
    const add = async (blueprint: Blueprint, cloud: Cloud, environments: readonly string[]) => {
      for (const name of environments)
        rows.push(`${blueprint.name} | ${cloud} | ${name} | ${await outcome(blueprint, name, cloud)}`);
    };
    for (const blueprint of await ownBlueprints())
      for (const cloud of CLOUDS) await add(blueprint, cloud, await environmentsOn(cloud));
    for (const blueprint of variants())
      for (const cloud of CLOUDS) await add(blueprint, cloud, [cloud === 'local' ? 'local' : 'dev']);
    await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot('../../golden/parity/configurations.txt');
  });

  it('has the environments dev, staging and prod on each cloud', async () => {
    for (const cloud of CLOUDS.filter((one) => one !== 'local'))
      expect(await environmentsOn(cloud)).toEqual(['dev', 'prod', 'staging']);
  });
});
