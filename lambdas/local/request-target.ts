/** The target of a request to a server on loopback, and the host that it is for. */

/**
 * The hosts that a server on loopback answers for: its own names with its port. A page of another site whose name was made
 * to lead here (DNS rebinding) sends that site's name, which no browser lets it change.
 */
export function loopbackHosts(port: number): ReadonlySet<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const ofScheme = port === HTTP_PORT ? names : []; // RFC 9110, 4.2.1: the port may be left out
  return new Set([...names.map((name) => `${name}:${port}`), ...ofScheme]);
}

const HTTP_PORT = 80;
const SLASH = 0x2f;
/** RFC 9112, 3.2.2. */
const ABSOLUTE = /^http:\/\/([^/?#]*)(\/[^?#]*)?/i;

/**
 * The path that a request asks for; undefined when it is for another host. The host of an absolute target stands before the
 * Host header (RFC 9112, 3.2.2). HTTP/1.0 may send none, and no browser does.
 */
export function pathAskedFor(
  target: string,
  host: string | undefined,
  hosts: ReadonlySet<string>,
): string | undefined {
  const absolute = target.charCodeAt(0) === SLASH ? null : ABSOLUTE.exec(target);
  const named = absolute?.[1] ?? host;
  if (named !== undefined && !hosts.has(named) && !hosts.has(named.toLowerCase())) return undefined;
  if (absolute !== null) return absolute[2] ?? '/';
  const query = target.indexOf('?');
  return query < 0 ? target : target.slice(0, query);
}
