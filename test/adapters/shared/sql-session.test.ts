import { describe, expect, it } from 'vitest';
import { sourceFailure } from '../../../lambdas/adapters/shared/sql-session.ts';
import { RuntimeFailure } from '../../../lambdas/core/errors.ts';

const error = (message: string, code?: string) =>
  Object.assign(new Error(message), {
    code,
    detail: 'Key (email)=(ada@example.com)',
    where: 'line 7: "ada"',
  });

describe('errors of a database', () => {
  it.each<[string, string, 'connecting' | 'running', string, boolean]>([
    ['password authentication failed for user "u"', '28P01', 'connecting', 'source/authentication', false],
    ['no pg_hba.conf entry for host', '28000', 'connecting', 'source/authentication', false],
    ['database "d" does not exist', '3D000', 'connecting', 'source/unreachable', false],
    ['sorry, too many clients already', '53300', 'connecting', 'source/unreachable', true],
    ['the database system is starting up', '57P03', 'connecting', 'source/unreachable', true],
    ['terminating connection due to administrator command', '57P01', 'running', 'source/disconnected', true],
    ['canceling statement due to conflict with recovery', '40001', 'running', 'source/disconnected', true],
    ['connection failure', '08006', 'running', 'source/disconnected', true],
    ['bind message supplies 0 parameters', '08P01', 'running', 'source/query', false],
    ['canceling statement due to statement timeout', '57014', 'running', 'source/timeout', false],
    ['cannot execute INSERT in a read-only transaction', '25006', 'running', 'source/read-only', false],
    ['relation "t" does not exist', '42P01', 'running', 'source/query', false],
    ['out of memory', '53200', 'running', 'source/query', false],
  ])("reports '%s' (%s, %s) as %s", (message, state, phase, code, retryable) => {
    const failure = sourceFailure(error(message, state), phase);
    expect(failure).toMatchObject({ code, retryable });
    expect(failure.message).toContain(`${message} (SQLSTATE ${state})`);
    expect(failure.cause).toBeUndefined();
  });

  it.each<[string, string | undefined, 'connecting' | 'running', string]>([
    ['connect ECONNREFUSED 10.0.0.1:5432', 'ECONNREFUSED', 'connecting', 'source/unreachable'],
    ['getaddrinfo ENOTFOUND db', 'ENOTFOUND', 'connecting', 'source/unreachable'],
    ['write EPIPE', 'EPIPE', 'running', 'source/disconnected'],
    ['timeout expired', undefined, 'connecting', 'source/unreachable'],
    ['', 'ECONNRESET', 'connecting', 'source/unreachable'],
    ['', 'ECONNRESET', 'running', 'source/disconnected'],
    ['Connection terminated unexpectedly', undefined, 'running', 'source/disconnected'],
    ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'connecting', 'source/tls'],
    [
      "Hostname/IP does not match certificate's altnames",
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'connecting',
      'source/tls',
    ],
    ['certificate has expired', 'CERT_HAS_EXPIRED', 'connecting', 'source/tls'],
    ['The server does not support SSL connections', undefined, 'connecting', 'source/tls'],
    [
      'SASL: SCRAM-SERVER-FINAL-MESSAGE: server signature is missing',
      undefined,
      'connecting',
      'source/authentication',
    ],
    ['Password must be a string', undefined, 'connecting', 'source/authentication'],
  ])("reports '%s' (%s, %s) as %s", (message, code, phase, expected) => {
    const failure = sourceFailure(error(message, code), phase);
    expect(failure.code).toBe(expected);
    expect(failure.message).toContain(message || code);
    expect(failure.retryable).toBe(['source/unreachable', 'source/disconnected'].includes(expected));
  });

  it.each([
    ['22P02', 'invalid input syntax for type integer: "a"b"', 'invalid input syntax for type integer: "…"'],
    [
      '22003',
      'value "99999999999" is out of range for type integer',
      'value "…" is out of range for type integer',
    ],
    ['22008', "date/time field value out of range: '2026-13-01'", "date/time field value out of range: '…'"],
    ['P0001', 'the customer is Ada', 'an exception that a function raised'],
  ])('hides the values of rows: %s', (state, message, told) => {
    const failure = sourceFailure(error(message, state), 'running');
    expect(failure.message).toBe(`${told} (SQLSTATE ${state})`);
    expect(JSON.stringify(failure)).not.toMatch(/ada/i);
  });

  it('passes a failure of ours on unchanged', () => {
    const failure = new RuntimeFailure('source/tls', 'x');
    expect(sourceFailure(failure, 'running')).toBe(failure);
  });
});
