import { describe, expect, it } from 'vitest';
import { isSameIdentity } from '../../lambdas/core/iam-identity.ts';

const ROLE = 'arn:aws:iam::111111111111:role/approver';
const PATH = 'arn:aws:iam::111111111111:role/teams/ml/approver';
const SESSION = 'arn:aws:sts::111111111111:assumed-role/approver/ada';

describe('an identity that AWS reports', () => {
  it.each([
    ['a role by its ARN', ROLE, ROLE],
    ['a role by another path, for its name is unique without it', PATH, ROLE],
    ['a session of a role', SESSION, ROLE],
    ['a session of a role with a path', SESSION, PATH],
    ['one session', SESSION, SESSION],
    [
      'a role in China',
      'arn:aws-cn:sts::111111111111:assumed-role/approver/ada',
      'arn:aws-cn:iam::111111111111:role/approver',
    ],
    ['a user by its path', 'arn:aws:iam::111111111111:user/people/ada', 'arn:aws:iam::111111111111:user/ada'],
  ])('is the declared one: %s', (_, reported, declared) => {
    expect(isSameIdentity(reported, declared)).toBe(true);
  });

  it.each([
    ['of another account', SESSION, 'arn:aws:iam::222222222222:role/approver'],
    ['of another role', SESSION, 'arn:aws:iam::111111111111:role/approvers'],
    ['of a role that ends alike', 'arn:aws:sts::111111111111:assumed-role/un-approver/ada', ROLE],
    ['of a user with the name of the role', 'arn:aws:iam::111111111111:user/approver', ROLE],
    ['of another session', 'arn:aws:sts::111111111111:assumed-role/approver/bob', SESSION],
    ['of a role where one session is declared', ROLE, SESSION],
    ['of no form', 'approver', ROLE],
    ['of no form on both sides', 'approver', 'approvers'],
  ])('is not the declared one: %s', (_, reported, declared) => {
    expect(isSameIdentity(reported, declared)).toBe(false);
  });
});
