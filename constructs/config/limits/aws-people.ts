/** People and roles of an environment on AWS: callers, approvers and starters. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import { isSameIdentity } from '../../../lambdas/core/iam-identity.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

const ROLE_OR_USER = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/;
/** One person in a role: the name of a session is the person's where single sign-on gives it. */
const SESSION = /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+$/;

/** Everything that is wrong with the identities of an environment. */
export function peopleProblems(environment: Environment): Problem[] {
  const { cloud, callers, approvers, starters, approverMustDiffer } = environment;
  if (cloud.provider !== 'aws') return [];
  const problems: Problem[] = [
    ...(cloud.jwt === undefined ? notArns('callers', callers, 'aws/caller') : []),
    ...notArns('starters', starters, 'aws/starter'),
  ];
  approvers.forEach((approver, index) => {
    if (!ROLE_OR_USER.test(approver) && !SESSION.test(approver))
      problems.push(
        problem(
          'aws/approver',
          `approvers[${index}]`,
          'must be the ARN of an IAM role, user or role session',
          {
            got: `'${approver}'`,
            allowed:
              'arn:aws:iam::123456789012:role/name, or arn:aws:sts::123456789012:assumed-role/name/session',
          },
        ),
      );
    const starter = starters.find((one) => isSameIdentity(approver, one) || isSameIdentity(one, approver));
    if (starter !== undefined)
      problems.push(
        problem('aws/approver-starts', `approvers[${index}]`, 'may also start a training', {
          got: `'${approver}', and '${starter}' in starters`,
          fix: 'give each identity one of the two',
        }),
      );
  });
  if (approverMustDiffer && approvers.length === 0)
    problems.push(
      problem('aws/no-approvers', 'approvers', 'must name somebody where approverMustDiffer is true', {
        got: 'none',
        fix: 'list the ARNs of those who may approve a version, or set approverMustDiffer to false',
      }),
    );
  return problems;
}

function notArns(
  path: 'callers' | 'starters',
  given: readonly string[],
  code: 'aws/caller' | 'aws/starter',
): Problem[] {
  return given.flatMap((arn, index) =>
    ROLE_OR_USER.test(arn)
      ? []
      : [problem(code, `${path}[${index}]`, 'must be the ARN of an IAM role or user', { got: `'${arn}'` })],
  );
}
