/** Archives of apps, whose `host.json` is a part of a deployment as the templates are. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ResolvedConfig } from '../../../../constructs/config/resolve.ts';
import { synthesizeTerraform } from '../../../support/synth-terraform.ts';
import {
  blocksOf,
  type LocatedBlock,
  referencesIn,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';

/** Both stacks of a model, and the facts of its archives as blocks of a third, so that a fault can be planted there too. */
export function stacksWithArchives(config: ResolvedConfig): TerraformStacks {
  const { stacks, folders } = synthesizeTerraform(config);
  const blobs = blocksOf({ model: stacks.model }, 'azurerm_storage_blob');
  const archive = Object.fromEntries(
    blobs.map(({ name, body }) => [
      name,
      archiveFacts(readFileSync(join(folders.model, String(body.source)))),
    ]),
  );
  return { data: stacks.data, model: stacks.model, archives: { resource: { archive } } };
}

function archiveFacts(zip: Buffer) {
  const { main } = JSON.parse(entryOf(zip, 'package.json')) as { readonly main: string };
  const host = JSON.parse(entryOf(zip, 'host.json')) as Readonly<Record<string, unknown>>;
  return {
    app: main.replace(/\.mjs$/, ''),
    functionTimeout: host.functionTimeout,
    maxDequeueCount: valueAt(host, 'extensions.queues.maxDequeueCount'),
    taskHub: valueAt(host, 'extensions.durableTask.hubName'),
  };
}

/** Bytes of a local header before its name, and the place of the size in it (PKWARE's APPNOTE 6.3.10, section 4.3.7). */
const HEADER = { bytes: 30, size: 22, signature: 0x04034b50 } as const;

/** The text of a file of an archive that stores its files as they are. */
function entryOf(zip: Buffer, name: string): string {
  for (let at = zip.indexOf(name); at !== -1; at = zip.indexOf(name, at + 1)) {
    const start = at - HEADER.bytes;
    if (start < 0 || zip.readUInt32LE(start) !== HEADER.signature) continue;
    const from = at + name.length;
    return zip.subarray(from, from + zip.readUInt32LE(start + HEADER.size)).toString();
  }
  throw new Error(`the archive has no ${name}`);
}

/** The archive that a site gets by its deployment. */
export function archiveOf(stacks: TerraformStacks, site: LocatedBlock): LocatedBlock | undefined {
  const deployment = blocksOf(stacks, 'azapi_resource_action').find(
    ({ stack, body }) =>
      stack === site.stack &&
      String(body.resource_id) === `\${${site.type}.${site.name}.id}/extensions/onedeploy`,
  );
  const [blob] = referencesIn(deployment && valueAt(deployment.body, 'body.properties.packageUri'));
  return blocksOf(stacks, 'archive').find(({ name }) => `azurerm_storage_blob.${name}` === blob);
}

/** Seconds of `hh:mm:ss`. */
export function secondsOf(duration: unknown): number {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)$/.exec(String(duration)) ?? [];
  return Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
}
