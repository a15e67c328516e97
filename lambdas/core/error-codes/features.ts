import type { ErrorTable } from './entry.ts';

/** Features, expressions and labels. */
export const FEATURES = {
  'expression/syntax': {
    meaning: 'An expression cannot be parsed.',
    fix: 'Correct the expression; it is CEL.',
  },
  'expression/type': {
    meaning: 'An expression or one of its parts has the wrong type.',
    fix: 'Change the expression to the type that the message allows.',
  },
  'expression/not-allowed': {
    meaning: 'An expression uses a construct of CEL that is not supported here.',
    fix: 'Use only the operators and functions that the message lists.',
  },
  'expression/unknown-feature': {
    meaning: 'An expression names a feature that does not exist or does not have a value of its own.',
    fix: 'Use one of the features that the message lists.',
  },
  'features/column-type': {
    meaning: 'Two features read the same column as different types.',
    fix: 'Use features of one kind for a column.',
  },
  'features/label-length': {
    meaning: 'The number of labels differs from the number of rows.',
    fix: 'Pass one label for each row.',
  },
  'features/not-finite': {
    meaning: 'A number is outside the range of float32.',
    fix: 'Send or store a smaller number.',
  },
  'features/nothing-ingested': {
    meaning: 'The feature store has no rows for this run or group.',
    fix: 'Run export, prepare and ingest first.',
  },
  'features/unseen-category': {
    meaning: 'A category was not in the training rows, and the feature refuses unseen ones.',
    fix: 'Send a known category, or train again with rows that contain it.',
  },
  'features/wrong-type': {
    meaning: 'The value of a feature has the wrong type.',
    fix: 'Send a value of the type that the problem allows.',
  },
  'label/third-value': {
    meaning: 'A label of two classes has more than two values.',
    fix: 'Map the label to two values in the query, or leave out the other rows.',
  },
  'ingest/not-prepared': {
    meaning: 'The run has no prepared rows to ingest.',
    fix: 'Run prepare first.',
  },
  'drift/column-kind': {
    meaning: 'A column has another kind than its drift profile.',
    fix: 'Pass the column as the type that the model was trained on.',
  },
  'drift/different-profiles': {
    meaning: 'The histograms to merge belong to different drift profiles.',
    fix: 'Merge only windows of the same model version.',
  },
  'drift/missing-column': {
    meaning: 'The rows do not have a column of the drift profile.',
    fix: 'Add the column to the rows.',
  },
  'drift/no-reference': {
    meaning: 'The drift profile has no reference for the values to compare.',
    fix: 'Pass these values to fitProfile.',
  },
  'metrics/label': {
    meaning: 'A label is not 0 or 1.',
    fix: 'Map the labels to 0 and 1.',
  },
  'metrics/length': {
    meaning: 'The number of labels differs from the number of predictions.',
    fix: 'Pass one prediction for each label.',
  },
  'metrics/no-rows': {
    meaning: 'The evaluation has no rows.',
    fix: 'Widen the window, or raise the share of the holdout.',
  },
  'metrics/not-finite': {
    meaning: 'A label or prediction is infinite or NaN.',
    fix: 'Remove the row, and check the label in the query.',
  },
  'metrics/score': {
    meaning: 'A score is outside 0 to 1.',
    fix: 'Pass probabilities.',
  },
} satisfies ErrorTable<'drift' | 'expression' | 'features' | 'ingest' | 'label' | 'metrics'>;
