/** Report of a drain: the resources that it found and its actions. */

import type { Contents } from '../clouds/aws/bucket.ts';
import { type Owned, ofType } from '../clouds/aws/find.ts';

/** Something made at run time that is deleted, or would be. */
export interface Deletion {
  readonly what: 'object versions' | 'unfinished uploads' | 'model packages';
  /** Bucket or group. */
  readonly where: string;
  readonly count: number;
  readonly bytes: number;
  /** ISO 8601; null when nothing is there or it is not told. */
  readonly lastWrite: string | null;
}

export interface Kept {
  readonly what: string;
  readonly why: string;
}

/** The data of `mlops drain --json`: what was found, and what was done about it. */
export interface DrainReceipt {
  readonly model: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** True when nothing was changed. */
  readonly dryRun: boolean;
  readonly stacks: readonly { readonly name: string; readonly resources: number | null }[];
  /** Schedules that no longer start anything, and buckets that nobody can write to. */
  readonly stopped: { readonly schedules: readonly string[]; readonly buckets: readonly string[] };
  readonly deleted: readonly Deletion[];
  readonly retained: readonly Kept[];
  readonly mayRemain: readonly Kept[];
  /** Resources that were to be deleted and still exist. */
  readonly left: readonly Kept[];
}

/** Contents of the buckets and groups of a model. */
export interface Found {
  readonly buckets: readonly (readonly [bucket: string, contents: Contents])[];
  readonly groups: readonly (readonly [group: string, packages: readonly string[]])[];
}

/** Returns the deletions that are due; empty buckets and groups are left out. */
export function deletionsOf({ buckets, groups }: Found): Deletion[] {
  return [
    ...groups.map(([where, packages]) => ({
      what: 'model packages' as const,
      where,
      count: packages.length,
      bytes: 0,
      lastWrite: null,
    })),
    ...buckets.flatMap(([where, { versions, bytes, uploads, lastWrite }]) => [
      { what: 'object versions' as const, where, count: versions, bytes, lastWrite },
      { what: 'unfinished uploads' as const, where, count: uploads, bytes: 0, lastWrite: null },
    ]),
  ].filter(({ count }) => count > 0);
}

/** Returns the entry of a resource that the stack's template retains. */
export const retainedOf = ({ type, physicalId, stack, logicalId }: Owned): Kept => ({
  what: `${type} ${physicalId}`,
  why: `${stack}/${logicalId} stays when its stack goes`,
});

/** Remains that no stack deletes at once. */
const REMAINS: Readonly<Record<string, Kept>> = {
  'AWS::KMS::Key': {
    what: 'the customer key',
    why: 'it waits 30 days for its deletion, and is not charged meanwhile',
  },
  'AWS::CloudWatch::Alarm': {
    what: 'metrics in CloudWatch',
    why: 'they expire by themselves after 15 months, free of charge',
  },
  'AWS::Lambda::Function': {
    what: "archives of the functions' code",
    why: "in the bootstrap's own bucket, which all stacks of the account share: cdk gc",
  },
};

/** Returns the remains that exist even after a successful drain. */
export function mayRemain(owned: readonly Owned[]): Kept[] {
  return Object.entries(REMAINS)
    .filter(([type]) => ofType(owned, type).length > 0)
    .map(([, kept]) => kept);
}
