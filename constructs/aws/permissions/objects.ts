import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ObjectCall, PortCall } from '../../../lambdas/functions.ts';
import { type AwsRight, grant } from './right.ts';

const ACTIONS = 'docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html';

/** `ObjectStore` on S3. */
export const OBJECT_RIGHTS = {
  'objects.read': { actions: ['s3:GetObject'], on: 'objects below the prefixes', source: ACTIONS },
  'objects.write': {
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    on: 'objects below the prefixes',
    source: 'docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuAndPermissions',
  },
  'objects.create': {
    actions: ['s3:PutObject', 's3:GetObject'],
    on: 'objects below the prefixes',
    source: 'docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html',
  },
  'objects.list': { actions: ['s3:ListBucket'], on: 'the bucket', source: ACTIONS },
  'objects.delete': { actions: ['s3:DeleteObject'], on: 'objects below the prefixes', source: ACTIONS },
} as const satisfies Readonly<Record<PortCall<'objects'>, AwsRight>>;

/**
 * Without it S3 answers 403, not 404, to a read of an object that does not exist, and absence is a normal answer
 * here: the first deployment has no model.
 */
export const ABSENCE_RIGHT: AwsRight = {
  actions: ['s3:ListBucket'],
  on: 'the bucket',
  impliedBy: 'read: a missing object is 404 only to who may list the bucket',
  source: 'docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html',
};

/** The statements for a function's calls of the object store. */
export function objectStatements(
  uses: Readonly<Partial<Record<ObjectCall, readonly string[]>>>,
  bucket: IBucket,
): PolicyStatement[] {
  const calls = Object.entries(uses) as [ObjectCall, readonly string[]][]; // of a typed record: it has no other keys
  const listed = calls.some(([call]) => call !== 'delete');
  return [
    ...calls
      .filter(([call, prefixes]) => call !== 'list' && prefixes.length > 0)
      .map(([call, prefixes]) =>
        grant(
          OBJECT_RIGHTS[`objects.${call}`],
          ...prefixes.map((prefix) => bucket.arnForObjects(patternOf(prefix))),
        ),
      ),
    ...(listed ? [grant(ABSENCE_RIGHT, bucket.bucketArn)] : []),
  ];
}

/** Pattern of the keys below a folder, or the one key. */
export const patternOf = (prefix: string): string => (prefix.endsWith('/') ? `${prefix}*` : prefix);
