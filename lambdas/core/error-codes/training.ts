import type { ErrorTable } from './entry.ts';

/** Training runs and the steps of a pipeline. */
export const TRAINING = {
  'training/bad-label': {
    meaning: 'A label is not valid for the objective.',
    fix: 'Use 0 and 1 for classes, and numbers of moderate size otherwise.',
  },
  'training/bad-parameter': {
    meaning: 'A training parameter is outside its range.',
    fix: 'Set it within the range that the message allows.',
  },
  'training/bad-weight': {
    meaning: 'The weights are not usable: wrong number, out of range, or too one-sided.',
    fix: 'Pass one weight of 0 or more for each row, and keep scalePositiveWeight moderate.',
  },
  'training/infinite-value': {
    meaning: 'A column of the training data is infinite.',
    fix: 'Treat the value as missing, or limit it in the query.',
  },
  'training/no-columns': {
    meaning: 'The training or validation data has no columns.',
    fix: 'Add a feature.',
  },
  'training/no-rows': {
    meaning: 'The training or validation data has no rows.',
    fix: 'Widen training.window.',
  },
  'training/no-validation': {
    meaning: 'Early stopping needs validation data.',
    fix: 'Pass validation data, or remove earlyStoppingRounds.',
  },
  'training/one-class': {
    meaning: 'The rows to train on have only one of the two classes.',
    fix: 'Widen training.window, and check problem.positive.',
  },
  'training/ragged-columns': {
    meaning: 'The columns, names and labels of the training or validation data do not match in number.',
    fix: 'Pass columns of equal length and the same width in both.',
  },
  'training/too-few-rows': {
    meaning: 'The window has too few rows for training or for the holdout.',
    fix: 'Widen training.window, or change training.split as the message says.',
  },
  'train/out-of-memory': {
    meaning: 'A step that holds all rows in memory came close to what its function has, and stopped.',
    fix: 'Raise cloud.trainingMemoryMb in stacks/config, at most to 10240, or give training.window fewer days.',
  },
  'train/file-changed': {
    meaning: 'The file changed while it was read.',
    fix: 'Train again when no other program writes to it.',
  },
  'run/changed': {
    meaning: 'The run was started with other data, configuration or code.',
    fix: 'Start a new run with another time.',
  },
  'run/columns-differ': {
    meaning: 'The columns that the model takes differ from the outputs of its features.',
    fix: 'Train again with the current features.',
  },
  'run/incomplete': {
    meaning: 'The run did not write all the results that are needed.',
    fix: 'Run train and evaluate of this run first.',
  },
  'run/no-candidate': {
    meaning: 'The run has no trained model to evaluate.',
    fix: 'Run train first.',
  },
  'run/not-measured': {
    meaning: 'The primary metric was not measured on the holdout.',
    fix: 'Hold out rows of both classes: widen training.window or raise holdoutShare.',
  },
  'run/not-reproducible': {
    meaning: 'The step ran twice in one run with different results.',
    fix: 'Start a new run.',
  },
  'pipeline/bad-start': {
    meaning: 'The start time of the run is not a time in UTC.',
    fix: 'Write at as 2026-01-31T00:00:00Z.',
  },
  'pipeline/busy': {
    meaning: 'Another run holds the lease of the model, or its holder is unknown.',
    fix: 'Wait for the end of the other run, then start again.',
  },
  'pipeline/not-started': {
    meaning: 'The workflow service did not start the run.',
    fix: 'Start it again. If that fails too, read the log of the app.',
  },
} satisfies ErrorTable<'pipeline' | 'run' | 'train' | 'training'>;
