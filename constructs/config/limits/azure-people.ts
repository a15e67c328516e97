/** People and services of an environment on Azure: callers, approvers and starters. */

import type { Problem } from '../../../lambdas/core/errors.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Object id of a user, a group or a service principal. Tokens have it in lower case. */
const OBJECT_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const CODES = {
  callers: 'azure/caller',
  approvers: 'azure/approver',
  starters: 'azure/starter',
} as const;

/** Everything that is wrong with the identities of an environment. */
export function azurePeopleProblems(environment: Environment): Problem[] {
  const { approvers, starters, approverMustDiffer } = environment;
  const paths = Object.keys(CODES) as (keyof typeof CODES)[]; // of a constant object
  return [
    ...paths.flatMap((path) => notObjectIds(path, environment[path])),
    ...approvers.flatMap((approver, index) =>
      OBJECT_ID.test(approver) && starters.includes(approver)
        ? [
            problem('azure/approver-starts', `approvers[${index}]`, 'may also start a training', {
              got: `'${approver}', and the same in starters`,
              fix: 'give each identity one of the two',
            }),
          ]
        : [],
    ),
    ...(approverMustDiffer && approvers.length === 0
      ? [
          problem('azure/no-approvers', 'approvers', 'must name somebody where approverMustDiffer is true', {
            got: 'none',
            fix: 'list the object ids of those who may approve a version, or set approverMustDiffer to false',
          }),
        ]
      : []),
  ];
}

function notObjectIds(path: keyof typeof CODES, given: readonly string[]): Problem[] {
  return given.flatMap((id, index) =>
    OBJECT_ID.test(id)
      ? []
      : [
          problem(CODES[path], `${path}[${index}]`, 'must be the object id of a person or service in Entra', {
            got: `'${id}'`,
            allowed: 'a UUID in lower case',
            fix: "give the id of 'az ad user show --id NAME --query id', or of 'az ad sp show'; never a name or a client id",
          }),
        ],
  );
}
