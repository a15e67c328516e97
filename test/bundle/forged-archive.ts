import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { encodeJson, sha256 } from '../../lambdas/stores/json.ts';

export type Files = ReadonlyMap<string, Uint8Array>;

/** An archive as somebody could make one by hand, with digests that fit. */
export async function forgedArchive(change: Files, entries: readonly object[] = []): Promise<Uint8Array> {
  const named = [...change].sort(([a], [b]) => (a < b ? -1 : 1));
  const manifest = encodeJson({
    schemaVersion: 1,
    version: 1,
    files: named.map(([name, bytes]) => ({ name, bytes: bytes.byteLength, sha256: sha256(bytes) })),
  });
  const tar = pack();
  const all = [
    ['_digest', Buffer.from(`${sha256(manifest)}\n`)],
    ['_manifest.json', manifest],
    ...named,
  ] as const;
  for (const [name, bytes] of all) tar.entry({ name, mtime: new Date(0), mode: 0o644 }, Buffer.from(bytes));
  for (const entry of entries) tar.entry(entry as { name: string }, '');
  tar.finalize();
  return buffer(tar);
}
