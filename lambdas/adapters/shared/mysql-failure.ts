import { RuntimeFailure } from '../../core/errors.ts';

interface ServerError extends Error {
  /** The server's error number (mariadb.com/kb/en/mariadb-error-codes); undefined if the network failed. */
  readonly errno?: number;
  /** The name of the number, or a code of Node's network. */
  readonly code?: string;
}

/** Errors with a message about the query and the server; other messages may quote values of rows. */
const SPEAKS_OF_THE_QUERY = new Set([
  1044, 1045, 1046, 1049, 1051, 1052, 1054, 1060, 1064, 1142, 1143, 1146, 1149, 1305, 1370, 1792,
]);
const LOGIN = new Set([1044, 1045, 1251, 1698, 4151]);
const TIMEOUT = new Set([1969, 3024]);
/** Shut down, gone, too many connections, a lock or a deadlock that another one had. */
const PASSING = new Set([1040, 1053, 1203, 1205, 1213, 1927, 2006, 2013]);
const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|HANDSHAKE_)/;
const READ_ONLY = 1792;
const UNKNOWN_DATABASE = 1049;

/** Translates what the driver or the server said; a cause is kept only where it cannot hold a value of a row. */
export function mysqlFailure(error: unknown, phase: 'connecting' | 'running'): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  const { message, errno, code = '' } = error as ServerError;
  if (TLS_CODE.test(code) || /secure connection|certificate/i.test(message))
    return new RuntimeFailure('source/tls', `no trusted TLS connection: ${message}`, {
      cause: error,
      fix: "give the certificate authority as tls: { ca: { file: '…' } }, and the host by the certificate's name",
    });
  if (errno === undefined || errno <= 0 || code.startsWith('PROTOCOL') || /^E[A-Z]+$/.test(code))
    return phase === 'connecting'
      ? new RuntimeFailure('source/unreachable', `the database does not answer: ${message || code}`, {
          cause: error,
          retryable: true,
          fix: 'check host, port, network rules and that the server runs',
        })
      : new RuntimeFailure('source/disconnected', `the connection was lost: ${message || code}`, {
          cause: error,
          retryable: true,
        });
  return fromServer(errno, message, phase);
}

function fromServer(errno: number, message: string, phase: 'connecting' | 'running'): RuntimeFailure {
  const text = SPEAKS_OF_THE_QUERY.has(errno)
    ? message
    : message.replace(/"[\s\S]*"/, '"…"').replace(/'[\s\S]*'/, "'…'");
  const said = `${text} (error ${errno})`;
  if (LOGIN.has(errno))
    return new RuntimeFailure('source/authentication', `the database refuses the login: ${said}`, {
      fix: 'check user, password reference, and what the user is granted',
    });
  if (errno === UNKNOWN_DATABASE)
    return new RuntimeFailure('source/unreachable', said, { fix: "check the database's name" });
  if (TIMEOUT.has(errno))
    return new RuntimeFailure('source/timeout', said, {
      fix: 'raise source.timeoutSec, shorten the window or add an index',
    });
  if (errno === READ_ONLY)
    return new RuntimeFailure('source/read-only', said, { fix: 'an export only reads: remove what writes' });
  if (PASSING.has(errno))
    return new RuntimeFailure(phase === 'connecting' ? 'source/unreachable' : 'source/disconnected', said, {
      retryable: true,
    });
  return new RuntimeFailure('source/query', said, {
    fix: "correct the step's query; try it with the mariadb client",
  });
}
