/**
 * One version as one file: a tar archive of `_digest`, `_manifest.json` and the bundle's files. Tools that know MLflow
 * models read all but the first two. The same version gives the same bytes, and no byte may change. The digest names
 * the manifest, and the manifest every file. The archive must be the one that this code writes of them.
 */

import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import type { ErrorCode } from '../core/error-codes/index.ts';
import { InvalidInput, type Problem } from '../core/errors.ts';
import type { Ports } from '../ports/index.ts';
import { bundlePrefix, MANIFEST, type Manifest, readBundle } from '../stores/bundle.ts';
import { sha256 } from '../stores/json.ts';
import { parseBoundedJson } from './bounded-json.ts';
import { manifestSchema } from './documents.ts';

const DIGEST = '_digest';
/** A bundle is a model of some megabytes and a dozen small files. */
const MAX_BYTES = 512 * 1024 * 1024;
const MAX_FILES = 64;
/** The archive's own time: 1970, so that the same version is the same file. */
const EPOCH = new Date(0);

export interface Archive {
  readonly digest: string;
  readonly manifest: Manifest;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Packs a version.
 *
 * @throws RuntimeFailure `bundle/not-found`, `bundle/digest-mismatch`, and what the readers of its files throw
 */
export async function packVersion(
  { objects }: Pick<Ports, 'objects'>,
  version: number,
  digest: string,
): Promise<Uint8Array> {
  const { names } = await readBundle({ objects }, version, digest);
  const files = new Map<string, Uint8Array>();
  for (const name of [MANIFEST, ...names]) {
    const stored = await objects.get(bundlePrefix(version) + name);
    if (stored !== undefined) files.set(name, stored.bytes);
  }
  return packFiles(digest, files);
}

async function packFiles(digest: string, files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const archive = pack();
  for (const [name, bytes] of [[DIGEST, Buffer.from(`${digest}\n`)] as const, ...files])
    archive.entry({ name, mtime: EPOCH, mode: 0o644 }, Buffer.from(bytes));
  archive.finalize();
  return buffer(archive);
}

/**
 * Unpacks and verifies an archive; nothing in it is parsed before.
 *
 * @param subject - The file, for messages.
 * @param expected - The digest that it must have, where the caller knows it from elsewhere.
 * @throws InvalidInput `bundle/not-an-archive`, `bundle/too-large`, `bundle/changed`, `bundle/other-digest`
 */
export async function unpackArchive(bytes: Uint8Array, subject: string, expected?: string): Promise<Archive> {
  const refuse = (code: ErrorCode, message: string, more: Partial<Problem> = {}): InvalidInput =>
    new InvalidInput(subject, [{ code, path: '', message, ...more }]);
  if (bytes.byteLength > MAX_BYTES)
    throw refuse('bundle/too-large', 'is larger than any bundle', {
      got: `${bytes.byteLength} bytes`,
      allowed: `${MAX_BYTES} bytes`,
    });
  const entries = await readEntries(bytes).catch(() => undefined);
  const digest = entries?.get(DIGEST);
  const manifestBytes = entries?.get(MANIFEST);
  if (entries === undefined || digest === undefined || manifestBytes === undefined)
    throw refuse('bundle/not-an-archive', 'is not a bundle that mlops bundle export wrote', {
      fix: 'export it again',
    });
  entries.delete(DIGEST);
  const named = Buffer.from(digest).toString('latin1').trimEnd();
  const whole = Buffer.from(await packFiles(named, entries)).equals(bytes) && named === sha256(manifestBytes);
  const manifest = whole ? manifestOf(manifestBytes) : undefined;
  entries.delete(MANIFEST);
  if (manifest === undefined || !isListed(manifest, entries))
    throw refuse('bundle/changed', 'is not what was exported', {
      fix: 'export it again, and copy it as it is',
    });
  if (expected !== undefined && expected !== named)
    throw refuse('bundle/other-digest', 'is another bundle than was asked for', {
      got: named,
      allowed: expected,
    });
  return { digest: named, manifest, files: entries };
}

/** Regular files by name, in the order of the archive. @throws on anything else */
async function readEntries(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const reader = extract();
  reader.end(Buffer.from(bytes));
  const entries = new Map<string, Uint8Array>();
  for await (const entry of reader) {
    const { name, type } = entry.header;
    const usable = type === 'file' && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/.test(name) && !entries.has(name);
    if (!usable || entries.size === MAX_FILES) throw new TypeError('not an archive of a bundle');
    entries.set(name, await buffer(entry));
  }
  return entries;
}

function manifestOf(bytes: Uint8Array): Manifest | undefined {
  try {
    return manifestSchema.parse(parseBoundedJson(bytes));
  } catch {
    return undefined;
  }
}

/** Every file of the manifest is there as it says, and no other. */
function isListed({ files }: Manifest, entries: ReadonlyMap<string, Uint8Array>): boolean {
  const same = files.every(({ name, bytes, sha256: expected }) => {
    const found = entries.get(name);
    return found !== undefined && found.byteLength === bytes && sha256(found) === expected;
  });
  return same && files.length === entries.size;
}
