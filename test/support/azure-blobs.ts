/** Blob Storage in memory, as far as the functions use it: conditions, append blobs, one page of a list. */

import type { FakeReply, FakeService } from './recording-server.ts';

interface Blob {
  bytes: Buffer;
  etag: number;
  blocks: number;
}

export interface MemoryBlobs {
  readonly fake: FakeService;
  /** Content by key. */
  readonly blobs: ReadonlyMap<string, { readonly bytes: Buffer }>;
}

/** Path of the container on a server of fakes. */
export const CONTAINER_PATH = '/bank-artifacts';

/** learn.microsoft.com/rest/api/storageservices/blob-service-error-codes */
const refused = (status: number, name: string): FakeReply => ({
  status,
  headers: { 'x-ms-error-code': name },
  body: '',
});

/** The container {@link CONTAINER_PATH}. */
export function memoryBlobs(): MemoryBlobs {
  const blobs = new Map<string, Blob>();
  let written = 0;

  const headersOf = ({ etag, blocks }: Blob) => ({
    etag: `"0x${etag}"`,
    'content-type': 'application/octet-stream',
    'x-ms-blob-committed-block-count': String(blocks),
  });

  function put(key: string, bytes: Uint8Array, headers: Readonly<Record<string, unknown>>): FakeReply {
    const known = blobs.get(key);
    if (headers['if-none-match'] === '*' && known !== undefined) return refused(409, 'BlobAlreadyExists');
    const wanted = headers['if-match'];
    if (wanted !== undefined && (known === undefined || wanted !== headersOf(known).etag))
      return refused(412, 'ConditionNotMet');
    written += 1;
    const blob = { bytes: Buffer.from(bytes), etag: written, blocks: 0 };
    blobs.set(key, blob);
    return { status: 201, headers: headersOf(blob), body: '' };
  }

  function append(key: string, bytes: Uint8Array): FakeReply {
    const blob = blobs.get(key);
    if (blob === undefined) return refused(404, 'BlobNotFound');
    written += 1;
    Object.assign(blob, {
      bytes: Buffer.concat([blob.bytes, bytes]),
      etag: written,
      blocks: blob.blocks + 1,
    });
    return { status: 201, headers: headersOf(blob), body: '' };
  }

  function list(prefix: string): FakeReply {
    const names = [...blobs.keys()].filter((key) => key.startsWith(prefix)).sort();
    const items = names.map((name) => `<Blob><Name>${name}</Name></Blob>`).join('');
    return {
      status: 200,
      body: `<EnumerationResults><Blobs>${items}</Blobs><NextMarker /></EnumerationResults>`,
    };
  }

  return {
    blobs,
    fake({ method, path, bytes, headers }) {
      const { pathname, searchParams } = new URL(path, 'http://blobs');
      if (!pathname.startsWith(CONTAINER_PATH)) return undefined;
      if (searchParams.get('comp') === 'list') return list(searchParams.get('prefix') ?? '');
      const key = decodeURIComponent(pathname.slice(CONTAINER_PATH.length + 1));
      if (method === 'PUT')
        return searchParams.get('comp') === 'appendblock' ? append(key, bytes) : put(key, bytes, headers);
      const blob = blobs.get(key);
      if (blob === undefined) return refused(404, 'BlobNotFound');
      return { status: 200, headers: headersOf(blob), body: blob.bytes };
    },
  };
}
