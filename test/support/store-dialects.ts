/** How Cloud Storage and Blob Storage say the same things: paths, versions and refusals. */

import { createObjectStore as blobStore } from '../../lambdas/adapters/azure/object-store.ts';
import { createObjectStore as gcsStore } from '../../lambdas/adapters/gcp/object-store.ts';
import type { TokenSource } from '../../lambdas/adapters/shared/token-source.ts';
import type { Clock } from '../../lambdas/ports/clock.ts';
import type { ObjectStore } from '../../lambdas/ports/object-store.ts';
import { type StorageEmulator, startAzurite, startFakeGcs } from './storage-emulators.ts';

export const STORES = ['gcs', 'blob'] as const;
export type StoreName = (typeof STORES)[number];

/** Refusals without an effect. */
export type Refusal = 'busy' | 'denied' | 'token-ended' | 'failed';

export interface StoreRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface StoreReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Uint8Array;
}

export interface OpenOptions {
  /** Address of the emulator, or of a network before it. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly clock: Clock;
  readonly token: TokenSource;
  readonly timeoutMs?: number;
}

export interface StoreDialect {
  start(): Promise<StorageEmulator>;
  /** The adapter of this cloud. */
  open(options: OpenOptions): ObjectStore;
  /** Name of the object that a request writes; undefined for every other request. */
  written(request: StoreRequest): string | undefined;
  refuse(how: Refusal): StoreReply;
  /** Header with the version of what is read. */
  readonly version: string;
  /** A version that no object has, since it is older than all. */
  readonly olderVersion: string;
  /** The shortest time between two writes of one object, ms. */
  readonly rewriteMs: number;
  /** The request as a store takes it that knows no conditions. */
  unconditional(request: StoreRequest): StoreRequest;
}

const json = (status: number, reason: string): StoreReply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(JSON.stringify({ error: { code: status, errors: [{ reason }] } })),
});

/** docs.cloud.google.com/storage/docs/json_api/v1/status-codes and storage/quotas#objects. */
const GCS: StoreDialect = {
  start: startFakeGcs,
  open: gcsStore,
  written: ({ method, url }) => (method === 'POST' ? (url.searchParams.get('name') ?? undefined) : undefined),
  refuse: (how) =>
    ({
      busy: json(429, 'rateLimitExceeded'),
      denied: json(403, 'forbidden'),
      'token-ended': json(401, 'authError'),
      failed: json(503, 'backendError'),
    })[how],
  version: 'x-goog-generation',
  olderVersion: '1',
  rewriteMs: 1_000,
  unconditional(request) {
    const url = new URL(request.url);
    url.searchParams.delete('ifGenerationMatch');
    return { ...request, url };
  },
};

const coded = (status: number, code: string): StoreReply => ({
  status,
  headers: { 'x-ms-error-code': code },
  body: Buffer.from(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code></Error>`),
});

/** learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes; 500 requests a second of one blob. */
const BLOB: StoreDialect = {
  start: startAzurite,
  open: ({ endpoint, bucket, ...options }) => blobStore({ container: `${endpoint}/${bucket}`, ...options }),
  // `/devstoreaccount1/<container>/<blob>`
  written: ({ method, url }) =>
    method === 'PUT' && !url.searchParams.has('restype')
      ? url.pathname.split('/').slice(3).join('/')
      : undefined,
  refuse: (how) =>
    ({
      busy: coded(503, 'ServerBusy'),
      denied: coded(403, 'AuthorizationPermissionMismatch'),
      'token-ended': coded(401, 'InvalidAuthenticationInfo'),
      failed: coded(500, 'InternalError'),
    })[how],
  version: 'etag',
  olderVersion: '"0x8D0000000000000"',
  rewriteMs: 0,
  unconditional(request) {
    const headers = { ...request.headers };
    delete headers['if-match'];
    delete headers['if-none-match'];
    return { ...request, headers };
  },
};

export const DIALECTS: Readonly<Record<StoreName, StoreDialect>> = { gcs: GCS, blob: BLOB };
