import type { ErrorTable } from './entry.ts';

/** The source database, its queries and exports. */
export const SOURCE = {
  'source/url': {
    meaning: 'The value of --database is not a usable database address.',
    fix: 'Write postgres://user@host:port/name, without a password.',
  },
  'source/syntax': {
    meaning: 'A query is not SQL that PostgreSQL parses.',
    fix: 'Correct the query at the line that the message names.',
  },
  'source/no-steps': {
    meaning: 'The source has no step.',
    fix: 'Add a step with a query.',
  },
  'source/invalid-name': {
    meaning: 'The name of a step is not a valid identifier.',
    fix: 'Use lower-case letters, digits and _, at most 63.',
  },
  'source/duplicate-step': {
    meaning: 'Two steps have the same name.',
    fix: 'Rename one of them.',
  },
  'source/control-character': {
    meaning: 'A query contains a NUL character.',
    fix: 'Remove the character.',
  },
  'source/unterminated': {
    meaning: 'A quote or comment in a query is not closed.',
    fix: 'Close it at the line that the message names.',
  },
  'source/empty': {
    meaning: 'A query is empty.',
    fix: 'Write a SELECT statement.',
  },
  'source/not-a-select': {
    meaning: 'A query starts with another word than SELECT or WITH.',
    fix: 'Write one SELECT statement.',
  },
  'source/several-statements': {
    meaning: 'A query contains a semicolon.',
    fix: 'Remove the semicolon, and give each statement its own step.',
  },
  'source/unbalanced': {
    meaning: 'A parenthesis in a query has no partner.',
    fix: 'Add or remove a parenthesis at the line that the message names.',
  },
  'source/writes': {
    meaning: 'A query contains a word of a statement that changes data.',
    fix: 'Write only SELECT; put a column of that name in double quotes.',
  },
  'source/authentication': {
    meaning: 'The database refuses the login, or its password cannot be read.',
    fix: 'Check user, password reference and the access rules of the server.',
  },
  'source/disconnected': {
    meaning: 'The connection to the database was lost while a query ran.',
    fix: 'Run it again, and check the log of the server if it happens twice.',
  },
  'source/query': {
    meaning: 'The database rejects a query or its result.',
    fix: 'Correct the query; try it with psql or mariadb.',
  },
  'source/read-only': {
    meaning: 'A query tries to write, and an export only reads.',
    fix: 'Remove the statement that writes.',
  },
  'source/timeout': {
    meaning: 'A query did not finish within its timeout.',
    fix: 'Raise source.timeoutSec, shorten the window, or add an index.',
  },
  'source/tls': {
    meaning: 'The TLS connection to the database is not trusted.',
    fix: 'Set tls.ca to the certificate authority, and use the host name of the certificate.',
  },
  'source/tls-required': {
    meaning: 'TLS is switched off for a database on another machine.',
    fix: 'Remove tls from the database options.',
  },
  'source/unreachable': {
    meaning: 'The database does not exist at this address, or does not accept connections now.',
    fix: 'Check host, port, database name and network rules.',
  },
  'export/corrupt': {
    meaning: 'A part of an earlier export does not match its record.',
    fix: 'Start a new run.',
  },
  'export/duplicate-column': {
    meaning: 'The last query returns a column twice.',
    fix: 'Rename one of them with AS.',
  },
  'export/invalid-input': {
    meaning: 'The export was started with an invalid run id or window.',
    fix: 'Pass the values that the message allows.',
  },
  'export/missing-column': {
    meaning: 'The last query does not return a column that the blueprint needs.',
    fix: 'Select the column in the last step.',
  },
  'export/no-rows': {
    meaning: 'The window has no rows.',
    fix: 'Check the source, the window and the conditions of the steps.',
  },
  'export/truncated': {
    meaning: 'The rows end in the middle of a row.',
    fix: 'Run it again; check that the file ends with a complete line.',
  },
  'export/type-changed': {
    meaning: 'A column has another type than at the previous export.',
    fix: 'Cast the column to its old type in the query.',
  },
} satisfies ErrorTable<'export' | 'source'>;
