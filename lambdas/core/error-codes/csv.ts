import type { ErrorTable } from './entry.ts';

/** CSV files, and rows that are set aside. */
export const CSV = {
  'csv/bad-encoding': {
    meaning: 'The file is UTF-16.',
    fix: 'Export it as UTF-8.',
  },
  'csv/bad-header': {
    meaning:
      'The header line is empty, is not valid CSV, has too many columns, or has an unnamed or repeated one.',
    fix: 'Write one line with a distinct name for each column.',
  },
  'csv/bad-quote': {
    meaning: 'A row has a quote or a carriage return at a place that CSV does not allow.',
    fix: 'Put the cell in double quotes and double each quote inside.',
  },
  'csv/bad-utf8': {
    meaning: 'A cell is not valid UTF-8.',
    fix: 'Export the file as UTF-8.',
  },
  'csv/cell-too-large': {
    meaning: 'A cell is larger than the limit.',
    fix: 'Shorten the text, or check that a quote is not left open.',
  },
  'csv/missing-column': {
    meaning: 'The file or the table does not have a column that is needed.',
    fix: 'Add the column; the header must spell it as the blueprint does.',
  },
  'csv/not-a-boolean': {
    meaning: 'A cell of a boolean column is not one of the accepted spellings.',
    fix: 'Write true or false.',
  },
  'csv/not-a-number': {
    meaning: 'A cell of a numeric column is not a decimal number.',
    fix: 'Write it as 1234.5 or 1.2e3; leave a missing value empty.',
  },
  'csv/not-a-timestamp': {
    meaning: 'A time is not an ISO 8601 date or time of the years 0000 to 9999.',
    fix: 'Write it as 2026-12-31 or 2026-12-31T23:59:59Z.',
  },
  'csv/not-finite': {
    meaning: 'A number or time is infinite or NaN.',
    fix: 'Write a finite value, or leave the cell empty.',
  },
  'csv/nul': {
    meaning: 'A row contains a zero byte.',
    fix: 'Remove the byte, and check that the file is text.',
  },
  'csv/ragged': {
    meaning: 'A row has more or fewer cells than the header.',
    fix: 'Add the missing cells, or quote cells that contain commas.',
  },
  'csv/wrong-type': {
    meaning: 'A column holds values of another type than the one it is written as.',
    fix: 'Pass a table whose columns have the declared types.',
  },
  'data/bad-line': {
    meaning: 'A row of bank-full.csv does not have the values that the data set documents.',
    fix: 'Download the file again and leave it unchanged.',
  },
  'expect/deviation': {
    meaning: 'The standard deviation of a column is far from the deviation of the training rows.',
    fix: 'Check the source for a change, or raise the factor of the expectation.',
  },
  'expect/mean': {
    meaning: 'The mean of a column is far from the mean of the training rows.',
    fix: 'Check the source for a change, or raise the limit of the expectation.',
  },
  'expect/not-allowed': {
    meaning: 'A value is not in the list of values that the feature expects.',
    fix: 'Correct the value in the source, or add it to the expectation.',
  },
  'expect/not-unique': {
    meaning: 'A value occurs twice in a column that must be unique.',
    fix: 'Remove the second row, or remove the expectation.',
  },
  'expect/out-of-range': {
    meaning: 'A value lies outside the range that the feature expects.',
    fix: 'Correct the value in the source, or widen the expectation.',
  },
  'expect/rule': {
    meaning: 'A row violates an expression in features.rows.',
    fix: 'Correct the row in the source, or change the expression.',
  },
  'expect/too-many-missing': {
    meaning: 'The share of missing values in a column is above the limit of its expectation.',
    fix: 'Fill the column in the source, or raise maxMissingShare.',
  },
  'prepare/duplicate': {
    meaning: 'A row has the key and event time of an earlier row.',
    fix: 'Remove one of the two rows in the source.',
  },
  'prepare/no-export': {
    meaning: 'The run has no export to prepare.',
    fix: 'Run export first.',
  },
  'prepare/no-key': {
    meaning: 'A row does not have a key.',
    fix: 'Fill the key column, or leave the row out.',
  },
  'prepare/no-time': {
    meaning: 'A row does not have an event time.',
    fix: 'Fill the event time column, or leave the row out.',
  },
  'prepare/too-many-bad-rows': {
    meaning: 'The share of bad rows is above source.quarantine.maxShare.',
    fix: 'Correct the values in the source, or raise source.quarantine.maxShare.',
  },
} satisfies ErrorTable<'csv' | 'data' | 'expect' | 'prepare'>;
