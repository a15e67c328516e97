/** Identities of Microsoft Entra, as they are declared and as a signed-in request has them. */

/** The id of a user, group or service principal (learn.microsoft.com/entra/identity-platform/access-token-claims-reference, `oid`). */
const OBJECT_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PREFIX = 'entra:';

/** The name of an object in approvals and rollbacks: `entra:<object id>`; undefined for a text that is not an object id. */
export function entraIdentity(objectId: string): string | undefined {
  const id = objectId.toLowerCase();
  return OBJECT_ID.test(id) ? `${PREFIX}${id}` : undefined;
}

/**
 * Returns whether a signed-in caller is a declared identity. Capitals make no difference. The id of a group is nobody
 * here, because a request has the id of its caller alone.
 *
 * @param reported - `entra:<object id>`, as {@link entraIdentity} makes it.
 * @param declared - Object id in the environment.
 */
export function isSameEntraIdentity(reported: string, declared: string): boolean {
  return entraIdentity(declared) === reported;
}
