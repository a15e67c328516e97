/** Two whole processes at work on one folder at the same time. */

import { join } from 'node:path';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { readExport } from '../../lambdas/stores/exports.ts';
import { createLease } from '../../lambdas/stores/lease.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { type Campaign, copy, type Drill, requireDone } from './campaign.ts';
import { CASES } from './cases.ts';
import { contentOf, differences, diskObjects } from './disk.ts';
import { nextHolder, violations } from './invariants.ts';
import { WINDOWS } from './model.ts';
import type { Plant } from './plants.ts';
import { runVictim } from './process.ts';

let folders = 0;

/** A copy of the folder that a case starts from. */
function startOf({ folder, drills }: Campaign, name: Drill['name']): string {
  folders += 1;
  const root = join(folder, `race-${folders}`);
  copy((drills.get(name) as Drill).start, root); // every case is there
  return root;
}

/** Two runs register under the lease: both get a version, one after the other. */
export async function twoRegister(campaign: Campaign, plant?: Plant): Promise<readonly string[]> {
  const root = startOf(campaign, 'register');
  await freeLease(root);
  requireDone('third-run', await runVictim(campaign.bundle, 'third-run', root));
  const both = await Promise.all(
    (['register', 'register-3'] as const).map((name) => runVictim(campaign.bundle, name, root, { plant })),
  );
  const failed = both.filter(({ end }) => end !== 'done').map(({ errors }) => errors);
  const { versions } = await readIndex({ objects: diskObjects(root) });
  const runs = versions.map(({ runId, version, fence, status }) => ({ runId, version, fence, status }));
  const complete =
    runs.length === 3 &&
    ['run-2', 'run-3'].every((id) => runs.some(({ runId, status }) => runId === id && status === 'approved'));
  const wrong = complete ? [] : [`the registry holds ${JSON.stringify(runs)}`];
  const fences = runs.map(({ fence }) => fence);
  if (new Set(fences).size !== fences.length) wrong.push(`two runs registered under fence ${fences.join()}`);
  return [...failed, ...wrong, ...(await violations(root)), ...(await nextHolder(root))];
}

/** Run 2 holds it since its export: without that both begin alike. */
async function freeLease(root: string): Promise<void> {
  const objects = createObjectStore(join(root, 'objects'));
  const lease = createLease({ objects, clock: createVirtualClock(CASES.register.at) }, 'locks/train.json');
  const held = await lease.acquire('run-2', 1);
  if (held.outcome === 'acquired') await lease.release('run-2', held.fence);
}

/** One run is exported twice at once from one state of the source: both end, with what one would have written. */
async function sameExportTwice(campaign: Campaign): Promise<readonly string[]> {
  const root = startOf(campaign, 'export');
  const both = await Promise.all([0, 1].map(() => runVictim(campaign.bundle, 'export', root)));
  const failed = both.filter(({ end }) => end !== 'done').map(({ errors }) => errors);
  const { clean } = campaign.drills.get('export') as Drill; // every case is there
  return [
    ...failed,
    ...(await violations(root)),
    ...differences(await contentOf(clean), await contentOf(root)),
  ];
}

/** One run is exported twice at once from two states of the source: one manifest, and its parts are its own. */
async function twoExports(campaign: Campaign): Promise<readonly string[]> {
  const root = startOf(campaign, 'export');
  const names = ['drill', 'later'];
  const both = await Promise.all(
    names.map((snapshot) => runVictim(campaign.bundle, 'export', root, { snapshot })),
  );
  const failed = both.filter(({ end }) => end !== 'done');
  const manifest = await readExport(diskObjects(root), { runId: 'run-2', to: WINDOWS.second });
  const known = names.includes(manifest?.snapshot ?? '') ? [] : ['there is no manifest'];
  return [...failed.map(({ errors }) => errors), ...known, ...(await violations(root))];
}

export const RACES: Readonly<Record<string, (campaign: Campaign) => Promise<readonly string[]>>> = {
  'two runs register at once': twoRegister,
  'one run exported twice at once': sameExportTwice,
  'one run exported twice at once, from two snapshots': twoExports,
};
