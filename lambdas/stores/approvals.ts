/** `approvals/<version>.json`: who said that a version may serve. Written once, never changed. */

import type { Ports } from '../ports/index.ts';
import type { WritePorts } from './conditional-write.ts';
import { createFile, decodeJson, encodeJson } from './json.ts';

export interface Approval {
  readonly schemaVersion: 1;
  readonly version: number;
  /** Digest of the bundle that was approved; another bundle is not. */
  readonly digest: string;
  /** The identity, or the policy when nobody was asked. */
  readonly by: string;
  /** ms since 1970. */
  readonly at: number;
  readonly how: 'automatic' | 'manual';
}

const approvalKey = (version: number) => `approvals/${version}.json`;

/** Keeps the approval; the first one of a version stands, and is returned. */
export async function writeApproval(storage: WritePorts, approval: Approval): Promise<Approval> {
  await createFile(storage, approvalKey(approval.version), encodeJson(approval));
  return (await readApproval(storage, approval.version)) ?? approval;
}

/** The approval of a version, or undefined. */
export async function readApproval(
  { objects }: Pick<Ports, 'objects'>,
  version: number,
): Promise<Approval | undefined> {
  const key = approvalKey(version);
  const stored = await objects.get(key);
  return stored && decodeJson<Approval>(stored.bytes, key, 1);
}
