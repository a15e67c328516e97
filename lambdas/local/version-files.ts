/** Versions of a model on this machine: as a file, from a file, with their cards. */

import { packVersion, unpackArchive } from '../bundle/archive.ts';
import { checkImport, importBundle } from '../bundle/import-bundle.ts';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { VersionRef } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import type { ModelCard } from '../register/card.ts';
import type { RegisterOutput } from '../register/register.ts';
import { bundlePrefix, readBundle } from '../stores/bundle.ts';
import { decodeJson } from '../stores/json.ts';
import { findEntry, isRegistered } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { type NamedFolder, releaseCommand } from './next-command.ts';
import { openStore } from './open-store.ts';
import { withFolderLock } from './run-folder.ts';

/**
 * A version by its number, or the champion.
 *
 * @throws RuntimeFailure `registry/not-found`, `registry/registering`, `score/no-model` where nothing was released
 */
export async function chooseVersion(
  ports: Pick<Ports, 'objects'>,
  folder: NamedFolder,
  version: number | undefined,
): Promise<VersionRef> {
  if (version === undefined) {
    const { champion } = (await readRelease(ports.objects)).state;
    if (champion !== null) return champion;
    throw new RuntimeFailure('score/no-model', 'no version has been released yet', {
      fix: `${await releaseCommand(ports, folder)}; or name a version`,
    });
  }
  const entry = findEntry(await readIndex(ports), version);
  if (isRegistered(entry)) return { version, digest: entry.digest };
  throw new RuntimeFailure('registry/registering', `version ${version} is not whole yet`);
}

export interface ExportedVersion extends VersionRef {
  /** The archive. */
  readonly bytes: Uint8Array;
}

/**
 * A version as one file.
 *
 * @throws as `chooseVersion` and `packVersion` do
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { exportVersion, modelFolder } from 'mlops-blueprint/local';
 *
 * const folder = { root: modelFolder(process.cwd(), 'churn', false), model: 'churn' };
 * const { bytes } = await exportVersion(folder, 3);
 * writeFileSync('churn-v3.tar', bytes);
 */
export async function exportVersion(
  folder: NamedFolder,
  version: number | undefined,
): Promise<ExportedVersion> {
  const ports = openStore(folder.root, folder.model);
  const chosen = await chooseVersion(ports, folder, version);
  return { ...chosen, bytes: await packVersion(ports, chosen.version, chosen.digest) };
}

/**
 * Registers a version from a file, also in a folder where nothing has run.
 *
 * @throws InvalidInput where the file is not what was exported, or of another model; RuntimeFailure `local/busy`
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * import { importVersion, modelFolder } from 'mlops-blueprint/local';
 *
 * const root = modelFolder(process.cwd(), 'churn', false);
 * const file = { bytes: readFileSync('churn-v3.tar'), subject: 'churn-v3.tar' };
 * await importVersion(root, config.model, file, 'ada');
 */
export async function importVersion(
  root: string,
  config: ModelConfig,
  file: { readonly bytes: Uint8Array; readonly subject: string; readonly digest?: string },
  by: string,
): Promise<RegisterOutput> {
  const archive = await unpackArchive(file.bytes, file.subject, file.digest);
  const request = { archive, subject: file.subject, by };
  checkImport(config, request); // before a folder is made
  const ports = openStore(root, config.name, { create: true });
  const registered = await withFolderLock(root, () => importBundle(ports, config, request));
  await ports.settled();
  return registered;
}

export interface VersionCard {
  readonly card: ModelCard;
  readonly html: Uint8Array;
}

/**
 * The card of a version, which was written when it was registered.
 *
 * @throws as `chooseVersion` and `readBundle` do
 *
 * @example
 * import { writeFileSync } from 'node:fs';
 * import { modelFolder, readCard } from 'mlops-blueprint/local';
 *
 * const folder = { root: modelFolder(process.cwd(), 'churn', false), model: 'churn' };
 * const { html } = await readCard(folder, undefined); // of the champion
 * writeFileSync('card.html', html);
 */
export async function readCard(folder: NamedFolder, version: number | undefined): Promise<VersionCard> {
  const ports = openStore(folder.root, folder.model);
  const chosen = await chooseVersion(ports, folder, version);
  await readBundle(ports, chosen.version, chosen.digest); // its digests are compared
  const read = async (name: string): Promise<Uint8Array> => {
    const stored = await ports.objects.get(bundlePrefix(chosen.version) + name);
    if (stored !== undefined) return stored.bytes;
    throw new RuntimeFailure('bundle/not-found', `${bundlePrefix(chosen.version)}${name} does not exist`);
  };
  return {
    card: decodeJson<ModelCard>(await read('card.json'), 'card.json', 1),
    html: await read('card.html'),
  };
}
