import type { Right } from '../../contract/right.ts';

/** A right by a role of IAM (cloud.google.com/iam/docs/roles-permissions). */
export interface GcpRight extends Right {
  readonly role: string;
}
