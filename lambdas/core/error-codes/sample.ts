import type { ErrorTable } from './entry.ts';

/** Rows from files and sample generators. */
export const SAMPLE = {
  'sample/not-found': {
    meaning: 'The file of rows does not exist.',
    fix: 'Check the path; a relative one starts at --cwd.',
  },
  'sample/not-a-file': {
    meaning: 'The path of the rows is a folder or a pipe.',
    fix: 'Write the rows to a file and name that.',
  },
  'sample/forbidden': {
    meaning: 'The file of rows may not be read by this user.',
    fix: 'Grant read access: chmod u+r FILE.',
  },
  'sample/unreadable': {
    meaning: 'The file of rows cannot be read.',
    fix: 'Check the file; the message quotes the reason.',
  },
  'sample/not-gzip': {
    meaning: 'The file name ends in .gz and the content is not gzip.',
    fix: 'Compress the file with gzip, or rename it.',
  },
  'sample/truncated': {
    meaning: 'The gzip data ends too early.',
    fix: 'Copy or download the file again.',
  },
  'sample/damaged': {
    meaning: 'The gzip data is damaged.',
    fix: 'Copy or download the file again.',
  },
  'sample/empty': {
    meaning: 'The file has a header and no rows.',
    fix: 'Add rows, or choose another file.',
  },
  'sample/missing-column': {
    meaning: 'The rows do not have a column that the blueprint uses.',
    fix: 'Add the column, spelled as in the blueprint.',
  },
  'sample/more': {
    meaning: 'Further lines of the file cannot be read; only the first ones are listed.',
    fix: 'Correct the listed lines and run it again.',
  },
  'sample/bad-time': {
    meaning: 'An event time of the sample is not a time in ISO 8601.',
    fix: 'Write the time as 2026-01-31T00:00:00Z.',
  },
  'sample/too-many-bad-rows': {
    meaning: 'The share of unreadable rows is above source.quarantine.maxShare.',
    fix: 'Correct the cells, or raise source.quarantine.maxShare.',
  },
  'sample/none': {
    meaning: 'The blueprint has no sample rows.',
    fix: 'Pass a file with --data, or export sample from a generate.ts beside the blueprint.',
  },
  'sample/not-loadable': {
    meaning: 'The file generate.ts of the sample cannot be evaluated.',
    fix: 'Correct the error that the message quotes.',
  },
  'sample/engine': {
    meaning: 'The embedded database is PostgreSQL and cannot run the queries of another engine.',
    fix: 'Run mlops export --database, then mlops train --data.',
  },
  'sample/no-table': {
    meaning: 'The steps of the source do not read a table, so the rows of a file have no place.',
    fix: 'Select FROM the table that the file was exported from.',
  },
  'sample/two-tables': {
    meaning: 'The steps of the source read two tables, and a file is one table.',
    fix: 'Run mlops export --database and mlops train --data, or write a generate.ts.',
  },
  'sample/query': {
    meaning: 'The queries of the source cannot run on the columns of the file.',
    fix: 'Add the columns to the file, or correct the query.',
  },
} satisfies ErrorTable<'sample'>;
