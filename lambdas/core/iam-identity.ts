/** Identities of IAM, as they are declared and as AWS reports them. */

const ROLE_OR_USER = /^arn:[a-z-]+:iam::(\d{12}):(role|user)\/(?:.*\/)?([^/]+)$/;
const SESSION = /^arn:[a-z-]+:sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/;

/**
 * Returns whether AWS reports a declared identity: the same ARN, the same role or user whatever its path, or a session of
 * the declared role. A session's ARN lacks the role's path, and a name is unique in its account without it
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
 *
 * @param reported - ARN of a user, role or session, as `DescribeModelPackage` gives it.
 * @param declared - ARN in the environment.
 */
export function isSameIdentity(reported: string, declared: string): boolean {
  if (reported === declared) return true;
  const wanted = plainName(declared);
  return wanted !== undefined && (plainName(reported) ?? sessionRole(reported)) === wanted;
}

/** `<account> role <name>` without the path; undefined for another form of ARN. */
function plainName(arn: string): string | undefined {
  const [, account, kind, name] = ROLE_OR_USER.exec(arn) ?? [];
  return account && `${account} ${kind} ${name}`;
}

function sessionRole(arn: string): string | undefined {
  const [, account, name] = SESSION.exec(arn) ?? [];
  return account && `${account} role ${name}`;
}
