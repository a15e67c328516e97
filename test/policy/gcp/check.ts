import type { LocatedBlock, TerraformStacks } from '../../support/terraform/located.ts';
import type { Checked } from '../check.ts';

/** Settings of the environment that the resources must show. */
export interface GcpExpectations {
  readonly encryption: 'provider' | 'customer';
  readonly removal: 'destroy' | 'retain';
  readonly region: string;
}

/** A property of all stacks of one environment. */
export type GcpCheck = (stacks: TerraformStacks, expectations: GcpExpectations) => Checked;

/** Types of bindings of IAM: one member, or all members of a role. */
const IAM = /^google_.*_iam_(member|binding)$/;

/** Returns the resources that give a role to somebody. */
export const grantsOf = (blocks: readonly LocatedBlock[]): LocatedBlock[] =>
  blocks.filter(({ type }) => IAM.test(type));

/** Returns the members of a grant, in either form. */
export const membersOf = ({ body }: LocatedBlock): readonly string[] =>
  [body.member, body.members].flat().filter((member) => typeof member === 'string');
