/** Statements that both PostgreSQL adapters send to the server, so that both return the same bytes. */

import { RuntimeFailure } from '../../core/errors.ts';
import type { ExportQuery } from '../../ports/source-database.ts';

/** After BEGIN and before any query. A read-only transaction that has a snapshot cannot be made writable again. */
export const READ_ONLY = 'set transaction isolation level repeatable read, read only';

/**
 * Takes the snapshot, names it (`<xmin>:<xmax>:<running>`, PostgreSQL 13 on), and fixes for this transaction
 * everything that the text of a value depends on, whatever the role or the database has set.
 */
export const TAKE_SNAPSHOT = `select pg_current_snapshot()::text as id,
  set_config('TimeZone', 'UTC', true), set_config('DateStyle', 'ISO, YMD', true),
  set_config('IntervalStyle', 'postgres', true), set_config('extra_float_digits', '1', true),
  set_config('bytea_output', 'hex', true), set_config('standard_conforming_strings', 'on', true)`;

/** COPY and cursors take no parameters, so the window is given as settings of the transaction. */
export const SET_WINDOW = `select set_config('mlops.from', $1, true), set_config('mlops.to', $2, true),
  set_config('statement_timeout', $3, true)`;

export const windowParameters = ({ window, timeoutSec }: ExportQuery): string[] => [
  window.from,
  window.to,
  String(Math.ceil(timeoutSec * 1000)),
];

/** Type names in the order of their ids ($1, as the text of an array). */
export const TYPE_NAMES = `select format_type(id, null) as name
  from unnest($1::oid[]) with ordinality as given(id, position) order by position`;

interface ServerError extends Error {
  /** SQLSTATE of the server, or the code of Node's network. */
  readonly code?: unknown;
}

/** Classes of SQLSTATE whose message speaks of the query and the server; others may quote values of rows. */
const SPEAKS_OF_THE_QUERY = /^(08|0A|25|28|3D|3F|40|42|53|54|55|57|58)/;
const TLS_CODE = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;
/** Five characters, as `EPIPE` has too; no class of SQLSTATE begins with an E. */
const SQLSTATE = /^(?!E)[0-9A-Z]{5}$/;

/**
 * Translates what the driver or the server said. Hints, details and contexts are left out, and so is the server's
 * error as a cause: they can hold values of rows.
 */
export function sourceFailure(error: unknown, phase: 'connecting' | 'running'): RuntimeFailure {
  if (error instanceof RuntimeFailure) return error;
  const { message, code } = error as ServerError;
  const text = typeof code === 'string' ? code : '';
  if (SQLSTATE.test(text)) return fromServer(text, message, phase);
  if (TLS_CODE.test(text) || /SSL connection/.test(message)) {
    return new RuntimeFailure('source/tls', `no trusted TLS connection: ${message}`, {
      cause: error,
      fix: "give the certificate authority as tls: { ca: { file: '…' } }, and the host by the certificate's name",
    });
  }
  if (/^SASL|password must be a string/i.test(message)) return authentication(message);
  return phase === 'connecting'
    ? new RuntimeFailure('source/unreachable', `the database does not answer: ${message || text}`, {
        cause: error,
        retryable: true,
        fix: 'check host, port, network rules and that the server runs',
      })
    : new RuntimeFailure('source/disconnected', `the connection was lost: ${message || text}`, {
        cause: error,
        retryable: true,
      });
}

function fromServer(state: string, message: string, phase: 'connecting' | 'running'): RuntimeFailure {
  const said = `${withoutValues(state, message)} (SQLSTATE ${state})`;
  if (state.startsWith('28')) return authentication(said);
  if (state === '3D000')
    return new RuntimeFailure('source/unreachable', said, { fix: "check the database's name" });
  if (state === '57014') {
    const fix = 'raise source.timeoutSec, shorten the window or add an index';
    return new RuntimeFailure('source/timeout', said, { fix });
  }
  if (state === '25006' || state === '25001') {
    return new RuntimeFailure('source/read-only', said, { fix: 'an export only reads: remove what writes' });
  }
  // Shut down, crashed, starting, too many clients; 40001: a replica had to remove rows that the query still read.
  if (/^(08(?!P01)|53300|57P|40001)/.test(state)) {
    const code = phase === 'connecting' ? 'source/unreachable' : 'source/disconnected';
    return new RuntimeFailure(code, said, { retryable: true });
  }
  return new RuntimeFailure('source/query', said, { fix: "correct the step's query; try it with psql" });
}

function authentication(message: string): RuntimeFailure {
  return new RuntimeFailure('source/authentication', `the database refuses the login: ${message}`, {
    fix: 'check user, password reference and the rules of pg_hba.conf',
  });
}

/** `invalid input syntax for type integer: "…"`. Greedy, since a value may itself hold quotes. */
function withoutValues(state: string, message: string): string {
  if (SPEAKS_OF_THE_QUERY.test(state)) return message;
  if (state.startsWith('P0')) return 'an exception that a function raised';
  return message.replace(/"[\s\S]*"/, '"…"').replace(/'[\s\S]*'/, "'…'");
}
