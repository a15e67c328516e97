import type { ObjectIdentifier, S3Client } from '@aws-sdk/client-s3';
import { isNamed } from './sdk.ts';

/** The contents of a bucket. */
export interface Contents {
  /** Versions of objects, and markers of deleted ones. */
  readonly versions: number;
  readonly bytes: number;
  readonly uploads: number;
  /** ISO 8601; null when nothing is there. */
  readonly lastWrite: string | null;
}

/** An object that could not be deleted, and why. */
export interface Refused {
  readonly key: string;
  readonly reason: string;
}

/** Counts everything in a bucket; undefined when there is no such bucket. */
export async function survey(client: S3Client, bucket: string): Promise<Contents | undefined> {
  let versions = 0;
  let bytes = 0;
  let last = 0;
  try {
    for await (const page of pagesOf(client, bucket))
      for (const { size, modified } of page) {
        versions += 1;
        bytes += size;
        last = Math.max(last, modified);
      }
    const uploads = (await unfinished(client, bucket)).length;
    return { versions, bytes, uploads, lastWrite: last === 0 ? null : new Date(last).toISOString() };
  } catch (error) {
    if (isNamed(error, 'NoSuchBucket')) return undefined;
    throw error;
  }
}

/**
 * Deletes every version of every object, and what unfinished uploads have left.
 *
 * @param onDeleted - Called with how many are gone by now.
 * @returns what could not be deleted: objects under a lock
 */
export async function empty(
  client: S3Client,
  bucket: string,
  onDeleted: (count: number) => void,
): Promise<Refused[]> {
  const { AbortMultipartUploadCommand, DeleteObjectsCommand } = await import('@aws-sdk/client-s3');
  const refused: Refused[] = [];
  let deleted = 0;
  for await (const page of pagesOf(client, bucket)) {
    if (page.length === 0) continue;
    const Objects: ObjectIdentifier[] = page.map(({ Key, VersionId }) => ({ Key, VersionId }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    refused.push(
      ...Errors.map(({ Key = '', Code = '', Message = '' }) => ({ key: Key, reason: `${Code}: ${Message}` })),
    );
    deleted += page.length - Errors.length;
    onDeleted(deleted);
  }
  for (const { Key, UploadId } of await unfinished(client, bucket))
    await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  return refused;
}

/** Id of the statement that closes a bucket. */
const SID = 'Drained';

/**
 * Lets nobody write to a bucket any more, so that it stays empty until its stack is gone: what still runs, Firehose's
 * buffer and S3's own access logs would otherwise fill it again. The stack's policy is deleted with the stack.
 *
 * @param partition - `aws`, `aws-cn`, …
 * @returns whether it was open before
 */
export async function close(client: S3Client, bucket: string, partition: string): Promise<boolean> {
  const { GetBucketPolicyCommand, PutBucketPolicyCommand } = await import('@aws-sdk/client-s3');
  const text = await client
    .send(new GetBucketPolicyCommand({ Bucket: bucket }))
    .then(({ Policy }) => Policy)
    .catch((error: unknown) => {
      if (isNamed(error, 'NoSuchBucketPolicy')) return undefined;
      throw error;
    });
  const policy = JSON.parse(text ?? '{"Version":"2012-10-17","Statement":[]}') as {
    readonly Version: string;
    readonly Statement: readonly { readonly Sid?: string }[];
  }; // IAM's policy grammar
  if (policy.Statement.some(({ Sid }) => Sid === SID)) return false;
  const deny = {
    Sid: SID,
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:${partition}:s3:::${bucket}/*`,
  };
  const Policy = JSON.stringify({ ...policy, Statement: [...policy.Statement, deny] });
  await client.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  return true;
}

/** A version of an object, or the marker of a deletion. */
export interface Version {
  readonly Key: string | undefined;
  readonly VersionId: string | undefined;
  /** Whether it is what a reader gets. */
  readonly latest: boolean;
  readonly marker: boolean;
  readonly size: number;
  readonly modified: number;
}

/** Versions and markers, at most a thousand at once. */
export async function* pagesOf(client: S3Client, bucket: string): AsyncGenerator<Version[]> {
  const { ListObjectVersionsCommand } = await import('@aws-sdk/client-s3');
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, KeyMarker, VersionIdMarker }),
    );
    const { Versions = [], DeleteMarkers = [], IsTruncated, NextKeyMarker, NextVersionIdMarker } = page;
    yield [
      ...Versions.map((one) => ({ ...one, marker: false })),
      ...DeleteMarkers.map((one) => ({ ...one, Size: 0, marker: true })),
    ].map((one) => ({
      Key: one.Key,
      VersionId: one.VersionId,
      latest: one.IsLatest === true,
      marker: one.marker,
      size: one.Size ?? 0,
      modified: one.LastModified?.getTime() ?? 0,
    }));
    if (IsTruncated !== true) return;
    KeyMarker = NextKeyMarker;
    VersionIdMarker = NextVersionIdMarker;
  }
}

async function unfinished(client: S3Client, bucket: string) {
  const { ListMultipartUploadsCommand } = await import('@aws-sdk/client-s3');
  const found: { readonly Key: string | undefined; readonly UploadId: string | undefined }[] = [];
  let KeyMarker: string | undefined;
  let UploadIdMarker: string | undefined;
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, KeyMarker, UploadIdMarker }),
    );
    found.push(...(page.Uploads ?? []).map(({ Key, UploadId }) => ({ Key, UploadId })));
    if (page.IsTruncated !== true) return found;
    KeyMarker = page.NextKeyMarker;
    UploadIdMarker = page.NextUploadIdMarker;
  }
}
