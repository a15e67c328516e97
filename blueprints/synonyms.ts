/** Names of blueprint values in other libraries; `closest` handles typing errors. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  numeric: ['number', 'int', 'integer', 'float', 'double', 'decimal', 'real', 'continuous'],
  categorical: ['category', 'string', 'text', 'str', 'object', 'enum', 'nominal', 'factor'],
  boolean: ['bool', 'flag', 'logical'],
  timestamp: ['date', 'datetime', 'time', 'timestamptz'],
  rolling: ['window', 'moving', 'aggregate', 'aggregation'],
  lag: ['shift', 'previous'],
  expression: ['computed', 'derived', 'formula', 'cel'],
  'binary-classification': ['binary', 'classification', 'classifier', 'binary:logistic', 'logistic'],
  regression: ['regressor', 'reg:squarederror', 'linear', 'forecast', 'forecasting'],
  clustering: ['cluster', 'segmentation'],
  xgboost: [
    'xgb',
    'gbm',
    'gbdt',
    'gradient-boosting',
    'lightgbm',
    'lgbm',
    'catboost',
    'random-forest',
    'trees',
  ],
  kmeans: ['k-means', 'k_means'],
  postgres: ['postgresql', 'pg', 'psql', 'redshift', 'cockroachdb'],
  mysql: ['mariadb', 'aurora-mysql'],
};

/** The allowed value that another library's word most likely stands for; undefined for every other word. */
export function meant(word: string, allowed: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  return allowed.find((value) => SYNONYMS[value]?.includes(lower));
}
