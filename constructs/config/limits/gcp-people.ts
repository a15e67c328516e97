/** People and services of an environment on Google Cloud: callers, approvers and starters. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

const EMAIL = String.raw`[a-z0-9._%+'-]+@[a-z0-9.-]+\.[a-z]{2,}`;
/** Identities with an e-mail in their ID token. IAM keeps e-mails in lower case, and a plan would differ each time. */
const WITH_EMAIL = new RegExp(`^(user|serviceAccount):${EMAIL}$`);
const GROUP = new RegExp(`^group:${EMAIL}$`);
/** Identities of workload and workforce pools (cloud.google.com/iam/docs/principal-identifiers). */
const POOL = /^principal(Set)?:\/\/iam\.googleapis\.com\/[\w/.:@-]+$/;

const MEMBERS =
  'user:anna@example.com, serviceAccount:…@….iam.gserviceaccount.com, group:…, principal://… or principalSet://…, in lower case';

/** Returns whether a text names one or several members of IAM, and never everybody. */
const isMember = (text: string): boolean => WITH_EMAIL.test(text) || GROUP.test(text) || POOL.test(text);

/** Everything that is wrong with the identities of an environment. */
export function gcpPeopleProblems(environment: Environment): Problem[] {
  const { callers, approvers, starters, approverMustDiffer } = environment;
  const problems: Problem[] = [
    ...notMembers('callers', callers, 'gcp/caller'),
    ...notMembers('starters', starters, 'gcp/starter'),
  ];
  approvers.forEach((approver, index) => {
    if (!WITH_EMAIL.test(approver))
      problems.push(
        problem('gcp/approver', `approvers[${index}]`, 'must be one identity with an e-mail', {
          got: `'${approver}'`,
          allowed: 'user:anna@example.com or serviceAccount:…@….iam.gserviceaccount.com, in lower case',
          fix: "the approval is recorded by the e-mail of the caller's ID token: list each person of a group",
        }),
      );
    else if (starters.includes(approver))
      problems.push(
        problem('gcp/approver-starts', `approvers[${index}]`, 'may also start a training', {
          got: `'${approver}', and the same in starters`,
          fix: 'give each identity one of the two',
        }),
      );
  });
  if (approverMustDiffer && approvers.length === 0)
    problems.push(
      problem('gcp/no-approvers', 'approvers', 'must name somebody where approverMustDiffer is true', {
        got: 'none',
        fix: 'list those who may approve a version, or set approverMustDiffer to false',
      }),
    );
  return problems;
}

function notMembers(
  path: 'callers' | 'starters',
  given: readonly string[],
  code: 'gcp/caller' | 'gcp/starter',
): Problem[] {
  return given.flatMap((member, index) =>
    isMember(member)
      ? []
      : [
          problem(
            code,
            `${path}[${index}]`,
            'must be members of IAM, and never everybody or a whole domain',
            {
              got: `'${member}'`,
              allowed: MEMBERS,
            },
          ),
        ],
  );
}
