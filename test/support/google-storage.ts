/** Cloud Storage in memory, as far as the adapter uses it. The kit of an object store runs on fake-gcs-server instead. */

import { type GoogleFake, googleError, reply } from './google-server.ts';
import type { FakeReply, RecordedRequest } from './recording-server.ts';

interface FakeObject {
  readonly bytes: Uint8Array;
  readonly generation: number;
}

export interface FakeStorage {
  readonly fake: GoogleFake;
  readonly objects: ReadonlyMap<string, FakeObject>;
}

/** A bucket of any name. */
export function fakeStorage(): FakeStorage {
  const objects = new Map<string, FakeObject>();
  const uploads = new Map<string, { readonly query: URLSearchParams; bytes: Buffer }>();
  let generation = 0;

  function put(query: URLSearchParams, bytes: Uint8Array): FakeReply {
    const name = query.get('name') ?? '';
    const wanted = query.get('ifGenerationMatch');
    const found = objects.get(name)?.generation ?? 0;
    if (wanted !== null && Number(wanted) !== found) return googleError(412, 'conditionNotMet');
    generation += 1;
    objects.set(name, { bytes, generation });
    return reply({ name, generation: String(generation) });
  }

  function upload({ method, headers, bytes }: RecordedRequest, query: URLSearchParams): FakeReply {
    const id = query.get('upload_id');
    const session = id === null ? undefined : uploads.get(id);
    if (method === 'POST' && query.get('uploadType') === 'media') return put(query, bytes);
    if (method === 'POST') {
      const next = String(uploads.size + 1);
      uploads.set(next, { query, bytes: Buffer.alloc(0) });
      const location = `http://${headers.host}/upload/storage/v1/b/b/o?uploadType=resumable&upload_id=${next}`;
      return { status: 200, headers: { location }, body: '' };
    }
    if (session === undefined) return googleError(404, 'notFound');
    session.bytes = Buffer.concat([session.bytes, bytes]);
    if (!headers['content-range']?.endsWith('/*')) return put(session.query, session.bytes);
    return { status: 308, headers: { range: `bytes=0-${session.bytes.byteLength - 1}` }, body: '' };
  }

  function list(query: URLSearchParams): FakeReply {
    const names = [...objects.keys()].filter((name) => name.startsWith(query.get('prefix') ?? ''));
    return reply({ items: names.sort().map((name) => ({ name })) });
  }

  function object(method: string, name: string): FakeReply | undefined {
    const found = objects.get(name);
    if (found === undefined) return googleError(404, 'notFound');
    if (method === 'DELETE') objects.delete(name);
    if (method === 'DELETE') return { status: 204, body: '' };
    if (method !== 'GET') return undefined;
    const headers = {
      'x-goog-generation': String(found.generation),
      'content-type': 'application/octet-stream',
    };
    return { status: 200, headers, body: found.bytes };
  }

  return {
    objects,
    fake(request) {
      const { pathname, searchParams } = new URL(request.path, 'http://storage');
      const [, uploading, name] = /^(\/upload)?\/storage\/v1\/b\/[^/]+\/o(?:\/(.+))?$/.exec(pathname) ?? [];
      if (uploading !== undefined) return upload(request, searchParams);
      if (name !== undefined) return object(request.method, decodeURIComponent(name));
      return pathname.startsWith('/storage/v1/b/') && request.method === 'GET'
        ? list(searchParams)
        : undefined;
    },
  };
}
