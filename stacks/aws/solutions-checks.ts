import type { IPolicyValidationContext, PolicyValidationPluginReport } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** Findings that are right as they are, whatever their token is called, each with its reason. */
export interface Accepted {
  readonly finding: RegExp;
  readonly reason: string;
}

/**
 * Wildcards that confine: objects below one prefix of the model's own bucket, packages of its own group, and actions
 * that know no resource (constructs/aws/permissions/wildcards.ts). A constant name cannot be given to cdk-nag's own
 * acknowledgement, because the id of such a finding holds a token that differs per stack.
 */
export const ACCEPTED: readonly Accepted[] = [
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::[^*]+\/(approvals|batch|exports|features|locks|models|predictions|prepared|quarantine|release|release\/outcomes|reports|runs|snapshots|truth|undelivered\/predictions)\/\*\]$/,
    reason:
      'objects below one prefix of the model’s own bucket: they are made at run time and have no names before',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:[^*]+:model-package\/[a-z0-9-]+\/\*\]$/,
    reason: 'versions in the model’s own package group: they are made at run time',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^*]+:\*\]$/,
    reason: 'versions of one function: CodeDeploy looks at the old and the new one',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    reason: 'actions that know no resource; test/policy holds each to the list in permissions/wildcards.ts',
  },
];

/** cdk-nag's AWS Solutions rules, less the findings of {@link ACCEPTED}. */
export class SolutionsChecks extends AwsSolutionsChecks {
  override validate(context: IPolicyValidationContext): PolicyValidationPluginReport {
    const report = super.validate(context);
    const violations = report.violations.filter(
      ({ ruleName }) => !ACCEPTED.some(({ finding }) => finding.test(ruleName)),
    );
    return { ...report, violations, success: violations.length === 0 };
  }
}
