import type { ErrorTable } from './entry.ts';

/** Model files, and scoring with them. */
export const MODELS = {
  'model/bad-count': {
    meaning: 'A count in the model file is not valid, or does not match its content.',
    fix: 'Save the model again with XGBoost, and copy it unchanged.',
  },
  'model/cycle': {
    meaning: 'A tree of the model reaches a node twice.',
    fix: 'Save the model again with XGBoost, and copy it unchanged.',
  },
  'model/malformed': {
    meaning: 'The model file does not have the structure that XGBoost writes.',
    fix: "Write it with save_model('model.ubj').",
  },
  'model/not-a-model': {
    meaning: 'The file is not a model of XGBoost.',
    fix: "Write it with save_model('model.ubj').",
  },
  'model/out-of-range': {
    meaning: 'The model file holds a value that is not valid at its place.',
    fix: 'Save the model again with XGBoost, and copy it unchanged.',
  },
  'model/pickle': {
    meaning: 'The file is a Python pickle, which can run code when it is loaded.',
    fix: "Write it with save_model('model.ubj').",
  },
  'model/too-large': {
    meaning: 'The model exceeds a size limit of this scorer.',
    fix: 'Train with fewer or smaller trees.',
  },
  'model/truncated': {
    meaning: 'The model file ends too early.',
    fix: 'Copy it again and compare its size or digest.',
  },
  'model/unreachable-node': {
    meaning: 'A tree of the model has nodes without a parent.',
    fix: 'Save the model again with XGBoost, and copy it unchanged.',
  },
  'model/unsupported-booster': {
    meaning: 'The model uses a booster or tree type that this version does not score.',
    fix: 'Train with booster gbtree or dart and one output per tree.',
  },
  'model/unsupported-format': {
    meaning: 'The model was written by an XGBoost before 1.0.',
    fix: 'Load it with XGBoost 1.7 and save it as model.ubj.',
  },
  'model/unsupported-objective': {
    meaning: 'The model has an objective that this version does not score.',
    fix: 'Train with one of the objectives that the message lists.',
  },
  'scoring/no-categories': {
    meaning: 'The model does not store names for the categories of a feature.',
    fix: 'Train with named categories, or pass codes.',
  },
  'scoring/ragged-columns': {
    meaning: 'The columns to score have different lengths.',
    fix: 'Pass columns of equal length.',
  },
  'scoring/several-outputs': {
    meaning: 'The model has several outputs per row, and this call returns one.',
    fix: 'Call scoreOutputs.',
  },
  'scoring/unseen-category': {
    meaning: 'A row holds a category that the model was not trained on.',
    fix: 'Use a category of the model, or treat it as missing.',
  },
  'scoring/wrong-width': {
    meaning: 'The number of features differs from the number that the model takes.',
    fix: 'Pass the features of the model in their order.',
  },
  'explain/too-deep': {
    meaning: 'A tree path splits on more features than exact SHAP values support.',
    fix: 'Train with a smaller maxDepth, as the message says.',
  },
  'kernels/no-memory': {
    meaning: 'The JavaScript engine cannot reserve memory for WebAssembly.',
    fix: 'Give the process more memory, or lift ulimit -v.',
  },
  'kernels/too-large': {
    meaning: 'The training data needs more memory than WebAssembly can address.',
    fix: 'Train on fewer rows or columns.',
  },
} satisfies ErrorTable<'explain' | 'kernels' | 'model' | 'scoring'>;
