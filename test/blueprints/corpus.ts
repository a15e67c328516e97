import { broken, brokenAll } from './valid.ts';

export interface BadBlueprint {
  readonly title: string;
  readonly input: unknown;
  readonly code: string;
  readonly path?: string;
}

const bad = (title: string, input: unknown, code: string, path?: string): BadBlueprint => ({
  title,
  input,
  code: code.includes('/') ? code : `blueprint/${code}`,
  ...(path !== undefined && { path }),
});

const numeric = (changes: object) => ({ kind: 'numeric', name: 'spend', description: 'euros', ...changes });
const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });
const cycle: { self?: unknown } = {};
cycle.self = cycle;

const LABELLED_CLUSTERS = { type: 'clustering', clusters: 4, label: 'churned' };

/** Files that must be refused, each with the code that says why. */
export const CORPUS: readonly BadBlueprint[] = [
  // What it is
  bad('nothing', undefined, 'missing', ''),
  bad('null', null, 'wrong-type', ''),
  bad('a text', 'name: churn', 'wrong-type', ''),
  bad('a list', [], 'wrong-type', ''),
  bad('an empty object', {}, 'missing', 'name'),
  bad('a date', broken('description', new Date(0)), 'not-data', 'description'),
  bad(
    'a function',
    broken('description', () => 'x'),
    'not-data',
    'description',
  ),
  bad('a bigint', broken('training.seed', 1n), 'not-data', 'training.seed'),
  bad('a class', broken('serving', new Map()), 'not-data', 'serving'),
  bad('nesting without end', broken('excluded', deep(40)), 'too-deep'),
  bad('a cycle', broken('excluded', cycle), 'too-deep'),
  bad('a million values', broken('source.sensitive', new Array(1_000_000).fill('a')), 'too-large', ''),
  bad('a later schema version', broken('schemaVersion', 2), 'not-allowed', 'schemaVersion'),

  // Prototypes
  bad('__proto__ at the top', JSON.parse('{"__proto__": {"name": "x"}}'), 'unsafe-key', '__proto__'),
  bad(
    '__proto__ inside',
    broken('training', JSON.parse('{"__proto__": {}}')),
    'unsafe-key',
    'training.__proto__',
  ),
  bad(
    'constructor',
    broken('serving', { constructor: { prototype: {} } }),
    'unsafe-key',
    'serving.constructor',
  ),
  bad('prototype', broken('excluded', { prototype: 'a reason of ten' }), 'unsafe-key', 'excluded.prototype'),
  bad('__proto__ as a feature', broken('features.fields.0.name', '__proto__'), 'reserved-name'),
  bad('constructor as a key column', broken('source.key', 'constructor'), 'reserved-name', 'source.key'),

  // Names
  bad('a path as name', broken('name', '../etc/passwd'), 'bad-format', 'name'),
  bad('an encoded path as name', broken('name', 'a%2e%2e'), 'bad-format', 'name'),
  bad('a NUL in the name', broken('name', 'churn\u0000'), 'bad-format', 'name'),
  bad('a right-to-left mark in the name', broken('name', 'churn\u202e'), 'bad-format', 'name'),
  bad('upper case in the name', broken('name', 'Churn'), 'bad-format', 'name'),
  bad('a tag prefix as name', broken('name', 'aws:churn'), 'bad-format', 'name'),
  bad('full-width letters in the name', broken('name', 'ｃhurn'), 'bad-format', 'name'),
  bad('a line break after the name', broken('name', 'churn\n'), 'bad-format', 'name'),
  bad('two dashes in the name', broken('name', 'churn--x'), 'bad-format', 'name'),
  bad("a device's name", broken('name', 'con'), 'reserved-name', 'name'),
  bad("a device's name with a digit", broken('name', 'lpt1'), 'reserved-name', 'name'),
  bad("a cloud's prefix", broken('name', 'aws-churn'), 'reserved-name', 'name'),
  bad('two letters as name', broken('name', 'ab'), 'too-short', 'name'),
  bad('300 letters as name', broken('name', 'a'.repeat(300)), 'too-long', 'name'),
  bad('a number as name', broken('name', 42), 'wrong-type', 'name'),
  bad('a right-to-left mark in a text', broken('owner', 'a\u2066b'), 'bad-format', 'owner'),
  bad('a NUL in a text', broken('description', 'a\u0000b'), 'bad-format', 'description'),
  bad('a text of 10 MB', broken('description', 'a'.repeat(10_000_000)), 'too-long', 'description'),
  bad('an empty owner', broken('owner', ''), 'too-short', 'owner'),
  bad('a quote in a column', broken('source.key', 'id"; DROP'), 'bad-format', 'source.key'),

  // Fields
  bad('an unknown field', broken('cloud', 'aws'), 'unknown-key', 'cloud'),
  bad('a typing error', broken('serving.relase', {}), 'unknown-key', 'serving.relase'),
  bad('a missing owner', broken('owner', undefined), 'missing', 'owner'),
  bad('a missing query', broken('source.steps.0.query', undefined), 'missing', 'source.steps[0].query'),
  bad('a number as text', broken('training.seed', '1'), 'wrong-type', 'training.seed'),
  bad('a broken number', broken('training.seed', 1.5), 'wrong-type', 'training.seed'),
  bad('NaN', broken('serving.alarms.errorRate', Number.NaN), 'not-finite', 'serving.alarms.errorRate'),
  bad('Infinity', broken('serving.alarms.scorePsi', Number.POSITIVE_INFINITY), 'not-finite'),
  bad('a negative threshold', broken('monitoring.drift.scorePsi.warn', -1), 'out-of-range'),
  bad('a share of 150', broken('serving.capture.share', 150), 'out-of-range', 'serving.capture.share'),
  bad('no learning', broken('training.parameters.eta', 0), 'out-of-range', 'training.parameters.eta'),
  bad('13 levels', broken('training.parameters.maxDepth', 13), 'out-of-range'),
  bad('another database', broken('source.engine', 'oracle'), 'not-allowed', 'source.engine'),
  bad('another problem', broken('problem.type', 'ranking'), 'not-allowed', 'problem.type'),
  bad('a problem without type', broken('problem.type', undefined), 'missing', 'problem.type'),
  bad('another kind of feature', broken('features.fields.0.kind', 'embedding'), 'not-allowed'),
  bad(
    'another imputation',
    broken('features.fields.0.impute', 'mod'),
    'not-allowed',
    'features.fields[0].impute',
  ),
  bad('an imputation of text', broken('features.fields.0.impute', { value: 'x' }), 'wrong-type'),
  bad('no feature', broken('features.fields', []), 'too-short', 'features.fields'),
  bad('no step', broken('source.steps', []), 'too-short', 'source.steps'),
  bad('a short reason', broken('excluded.refund', 'no'), 'too-short', 'excluded.refund'),
  bad('a bad column in excluded', broken('excluded', { 'A B': 'a reason of ten' }), 'bad-format'),
  bad('a schedule of words', broken('source.schedule', 'every day'), 'bad-format', 'source.schedule'),
  bad('a schedule of six fields', broken('source.schedule', '0 0 2 * * *'), 'bad-format'),
  ...['60 0 1 1 0', '0 24 1 1 0', '0 0 32 1 0', '0 0 0 1 0', '0 0 1 13 0', '0 0 1 1 8', '99 99 99 99 99'].map(
    (cron) => bad(`the schedule ${cron}`, broken('source.schedule', cron), 'bad-format', 'source.schedule'),
  ),
  bad('a schedule every 0 minutes', broken('source.schedule', '*/0 * * * *'), 'bad-format'),
  bad('a range of hours that do not exist', broken('source.schedule', '0 8-25 * * *'), 'bad-format'),
  bad('a rate of nothing', broken('source.schedule', 'rate(0 days)'), 'bad-format'),
  bad('25 o’clock', broken('serving.batch', { schedule: '0 2 * * *', deliverBy: '25:00' }), 'bad-format'),
  bad('clusters as text', broken('problem', { type: 'clustering', clusters: 'many' }), 'wrong-type'),

  // Features against the rest
  bad(
    'an excluded feature',
    broken('features.fields.0.name', 'refund'),
    'excluded-feature',
    'features.fields[0]',
  ),
  bad('an excluded column', broken('features.fields.0.column', 'refund'), 'excluded-feature'),
  bad(
    'an excluded column in an expression',
    broken('features.fields.0', {
      kind: 'expression',
      name: 'net',
      description: 'd',
      expression: 'tenure - refund',
    }),
    'excluded-feature',
  ),
  bad('the label as a feature', broken('features.fields.0.name', 'churned'), 'label-feature'),
  bad('the label under another name', broken('features.fields.0.column', 'churned'), 'label-feature'),
  bad('the key as a feature', broken('features.fields.0.name', 'id'), 'key-feature'),
  bad('the event time as a number', broken('features.fields.0.column', 'seen_at'), 'event-time-feature'),
  bad('two features of one name', broken('features.fields.1.name', 'tenure'), 'duplicate-feature'),
  bad(
    'a lag of nothing',
    broken('features.fields.4', { kind: 'lag', name: 'l', description: 'd', of: 'tenur', events: 1 }),
    'unknown-feature',
    'features.fields[4].of',
  ),
  bad(
    'a mean of a text',
    broken('features.fields.4', {
      kind: 'rolling',
      name: 'r',
      description: 'd',
      of: 'plan',
      days: 7,
      statistic: 'mean',
    }),
    'not-numeric',
  ),
  bad(
    'a lag of a label that is known later',
    brokenAll({
      'serving.online.byKey': true,
      problem: { type: 'regression', label: 'churned' },
      'monitoring.groundTruth': { step: 'customers', delayDays: 30 },
      'features.fields.4': { kind: 'lag', name: 'l', description: 'd', of: 'churned', events: 1 },
    }),
    'late-label',
    'features.fields[4].of',
  ),
  bad(
    'a lag for requests that bring no key',
    broken('features.fields.4', { kind: 'lag', name: 'l', description: 'd', of: 'tenure', events: 1 }),
    'past-needs-keys',
    'features.fields[4]',
  ),
  bad(
    'a lag with the name of a column',
    brokenAll({
      'serving.online.byKey': true,
      'features.fields.4': { kind: 'lag', name: 'id', description: 'd', of: 'tenure', events: 1 },
    }),
    'name-is-column',
    'features.fields[4].name',
  ),
  bad(
    'an expectation of what is computed',
    brokenAll({
      'serving.online.byKey': true,
      'features.fields.4': {
        kind: 'lag',
        name: 'l',
        description: 'd',
        of: 'tenure',
        events: 1,
        expect: { min: 0 },
      },
    }),
    'unknown-key',
    'features.fields[4].expect',
  ),
  ...Object.entries({
    'expression/syntax': 'tenure +',
    'expression/unknown-feature': 'tenur * 2',
    'expression/type': 'tenure + plan',
    'expression/not-allowed': 'tenure % 2',
  }).flatMap(([code, expression]) => {
    const feature = { kind: 'expression', name: 'e', description: 'd', expression };
    const rules = [{ expression, description: 'd' }];
    return [
      bad(
        `an expression: ${code}`,
        broken('features.fields.4', feature),
        code,
        'features.fields[4].expression',
      ),
      bad(`a rule: ${code}`, broken('features.rows', rules), code, 'features.rows[0].expression'),
    ];
  }),
  bad(
    'a rule that gives a number',
    broken('features.rows', [{ expression: 'tenure + 1', description: 'd' }]),
    'expression/type',
    'features.rows[0].expression',
  ),
  bad(
    'a lag of the label of a yes or no',
    broken('features.fields.4', { kind: 'lag', name: 'l', description: 'd', of: 'churned', events: 1 }),
    'unknown-feature',
  ),
  bad(
    'a range the wrong way round',
    broken('features.fields.0', numeric({ expect: { min: 2, max: 1 } })),
    'min-above-max',
  ),
  bad('a range of a text', broken('features.fields.1.expect', { min: 1 }), 'expectation-not-of-kind'),
  bad('texts of a number', broken('features.fields.0.expect', { allowed: ['a'] }), 'expectation-not-of-kind'),

  // Source
  bad(
    'two steps of one name',
    broken('source.steps.1', { name: 'customers', query: 'SELECT * FROM customers' }),
    'source/duplicate-step',
  ),
  bad('the key as event time', broken('source.eventTime', 'id'), 'same-column', 'source.eventTime'),
  bad('the key as label', broken('problem.label', 'id'), 'same-column', 'problem.label'),
  bad('the key left out', broken('excluded.id', 'nobody needs to know'), 'excluded-needed', 'excluded.id'),
  bad(
    'truth from nowhere',
    broken('monitoring.groundTruth', { step: 'truth', delayDays: 1 }),
    'unknown-step',
  ),
  bad(
    'truth from a step that is not exported',
    brokenAll({
      'source.steps': [
        { name: 'truth', query: 'SELECT id FROM customers' },
        { name: 'customers', query: 'SELECT id FROM truth' },
      ],
      'monitoring.groundTruth': { step: 'truth', delayDays: 1 },
    }),
    'unknown-step',
  ),

  ...(
    [
      ['with a typing error', 'seen_att'],
      ['of another table', 'salary'],
      ['that is only in a text of the query', 'mlops'],
    ] as const
  ).map(([title, column]) =>
    bad(
      `a sensitive column ${title}`,
      broken('source.sensitive', ['id', column]),
      'unknown-column',
      'source.sensitive[1]',
    ),
  ),

  // Queries
  ...(
    [
      ['two statements', 'SELECT 1; DROP TABLE customers', 'several-statements'],
      ['a deletion', 'DELETE FROM customers', 'not-a-select'],
      ['a copy to a program', "COPY customers TO PROGRAM 'sh'", 'not-a-select'],
      ['a CTE that writes', 'WITH gone AS (DELETE FROM customers RETURNING *) SELECT * FROM gone', 'writes'],
      ['a new table', 'SELECT * INTO copied FROM customers', 'writes'],
      ['a file on the server', "SELECT * FROM customers INTO OUTFILE '/tmp/x'", 'writes'],
      ['a lock', 'SELECT * FROM customers FOR UPDATE', 'writes'],
      ['a way out of the CTE', 'SELECT 1) UNION (SELECT 2', 'unbalanced'],
      ['a comment without end', 'SELECT 1 /* and so on', 'unterminated'],
      ['a text without end', "SELECT 'it is", 'unterminated'],
      ['a NUL', 'SELECT 1 \u0000', 'control-character'],
    ] as const
  ).map(([title, query, code]) =>
    bad(
      `a query with ${title}`,
      broken('source.steps.0.query', query),
      `source/${code}`,
      'source.steps[0].query',
    ),
  ),
  bad(
    'a query of 30,000 characters',
    broken('source.steps.0.query', `SELECT ${'1'.repeat(30_000)}`),
    'too-long',
  ),

  // Training
  bad('k-means with a label', broken('training.algorithm', 'kmeans'), 'algorithm-mismatch'),
  bad('trees without a label', broken('problem', { type: 'clustering', clusters: 4 }), 'algorithm-mismatch'),
  bad('clusters with a label', broken('problem', LABELLED_CLUSTERS), 'unknown-key', 'problem.label'),
  bad(
    'clusters the wrong way round',
    broken('problem', { type: 'clustering', clusters: { min: 9, max: 3 } }),
    'min-above-max',
  ),
  bad(
    'ranks without a label',
    broken('problem', { type: 'clustering', clusters: 4 }),
    'encoding-needs-label',
  ),
  bad(
    'a column for each of 1,001 categories',
    brokenAll({ 'features.fields.1.encoding': 'one-hot', 'features.fields.1.maxCategories': 1_001 }),
    'one-hot-too-wide',
    'features.fields[1].maxCategories',
  ),
  bad(
    'a search of k-means',
    brokenAll({ 'training.algorithm': 'kmeans', 'training.search': { trials: 5, space: {} } }),
    'algorithm-mismatch',
    'training.search',
  ),
  bad(
    "another problem's metric",
    broken('training.validation.thresholds', [{ metric: 'rmse', max: 1 }]),
    'metric-not-of-problem',
  ),
  bad(
    'a metric of nobody',
    broken('training.validation.thresholds', [{ metric: 'gini', min: 1 }]),
    'not-allowed',
  ),
  bad('a threshold without limit', broken('training.validation.thresholds', [{ metric: 'auc' }]), 'no-limit'),
  bad(
    'a threshold the wrong way round',
    broken('training.validation.thresholds', [{ metric: 'auc', min: 0.9, max: 0.5 }]),
    'min-above-max',
  ),
  bad(
    "the champion's metric of another problem",
    broken('training.validation.notWorseThanChampionBy', { metric: 'mae', by: 1 }),
    'metric-not-of-problem',
  ),
  bad(
    'a gain over the baseline in no units',
    broken('training.validation.betterThanBaseline', { metric: 'auc' }),
    'missing',
    'training.validation.betterThanBaseline.by',
  ),
  bad(
    'a baseline that is neither compared nor left out',
    broken('training.validation.betterThanBaseline', true),
    'not-allowed',
    'training.validation.betterThanBaseline',
  ),
  bad(
    'a loss of a metric without a direction',
    broken('training.validation.notWorseThanChampionBy', { metric: 'observed-over-expected', by: 0.1 }),
    'not-allowed',
    'training.validation.notWorseThanChampionBy.metric',
  ),
  bad(
    'a drop of a metric without a direction',
    broken('retraining.on.performance', { metric: 'observed-over-expected', dropBy: 0.1 }),
    'not-allowed',
    'retraining.on.performance.metric',
  ),
  bad(
    'a drop of another metric',
    broken('retraining.on.performance', { metric: 'r2', dropBy: 0.1 }),
    'metric-not-of-problem',
  ),
  bad(
    'fairness of a number',
    broken('monitoring.fairness.attributes', ['tenure']),
    'attribute-not-groups',
    'monitoring.fairness.attributes[0]',
  ),
  bad('fairness of nothing', broken('monitoring.fairness.attributes', ['gender']), 'unknown-attribute'),
  bad(
    'fairness of a regression',
    brokenAll({
      problem: { type: 'regression', label: 'churned' },
      'monitoring.fairness.attributes': ['plan'],
    }),
    'metric-not-of-problem',
  ),
  bad(
    'an unknown parameter in a search',
    broken('training.search', { trials: 5, space: { depth: [1] } }),
    'unknown-key',
  ),
  bad(
    'a search outside',
    broken('training.search', { trials: 5, space: { maxDepth: [4, 40] } }),
    'out-of-range',
  ),
  bad(
    'a search the wrong way round',
    broken('training.search', { trials: 5, space: { eta: { min: 0.5, max: 0.1 } } }),
    'min-above-max',
  ),
  bad(
    'a log scale from 0',
    broken('training.search', { trials: 5, space: { lambda: { min: 0, max: 1, scale: 'log' } } }),
    'out-of-range',
  ),

  // Serving and monitoring
  bad('a canary without volume', broken('serving.release.strategy', 'canary'), 'release-volume'),
  bad('a linear release without volume', broken('serving.release.strategy', 'linear'), 'release-volume'),
  bad(
    'a shadow without an API',
    brokenAll({ serving: { release: { strategy: 'shadow' } } }),
    'release-volume',
  ),
  bad(
    'a watch that sees too few requests',
    brokenAll({ 'serving.online.requestsPerDay': 520, 'serving.release': { watchHours: 24 } }),
    'watch-volume',
    'serving.release.watchHours',
  ),
  bad(
    'a release at once whose watch sees too few requests',
    brokenAll({ 'serving.online.requestsPerDay': 17, 'serving.release.strategy': 'all-at-once' }),
    'watch-volume',
  ),
  bad(
    'an override that shortens the watch too much',
    broken('environments.dev', { serving: { release: { watchHours: 8 } } }),
    'watch-volume',
    'environments.dev.serving.release.watchHours',
  ),
  bad('a canary of 100', broken('serving.release', { strategy: 'canary', share: 100 }), 'out-of-range'),
  bad(
    'a canary of three quarters',
    broken('serving.release', { strategy: 'canary', share: 0.75 }),
    'share-too-large',
  ),
  bad('partial automation without a band', broken('serving.automation', { level: 'partial' }), 'missing'),
  bad(
    'a band the wrong way round',
    broken('serving.automation', { level: 'partial', uncertain: { low: 0.7, high: 0.3 } }),
    'min-above-max',
  ),
  bad('a business alarm without limit', broken('serving.alarms.business', { metric: 'orders' }), 'no-limit'),
  bad(
    'a warning after the alert',
    broken('monitoring.drift.numeric', { warn: 0.5, alert: 0.1 }),
    'warn-after-alert',
  ),
  bad(
    'p-values the wrong way round',
    broken('monitoring.drift.categorical', { statistic: 'chi-square', warn: 0.01, alert: 0.05 }),
    'warn-after-alert',
  ),
  bad(
    'a p-value that every window is beyond',
    broken('monitoring.drift.categorical', { statistic: 'chi-square', warn: 0.25, alert: 0.1 }),
    'drift-limit',
  ),
  bad(
    'a p-value that no window is beyond',
    broken('monitoring.drift.categorical', { statistic: 'chi-square', alert: 0 }),
    'drift-limit',
  ),
  bad(
    'a distance that no window is beyond',
    broken('monitoring.drift.numeric', { statistic: 'ks', alert: 1 }),
    'drift-limit',
  ),
  bad('3 of 2 windows', broken('monitoring.consecutive', { n: 3, of: 2 }), 'min-above-max'),
  bad(
    'a window that stays too small',
    brokenAll({ 'serving.online': { requestsPerDay: 10 }, 'monitoring.windowDays': 7 }),
    'monitoring-volume',
  ),

  // Environments
  bad('an unknown environment', broken('environments', { test: {} }), 'unknown-key', 'environments.test'),
  bad(
    'an override that may not be',
    broken('environments.prod', { problem: { label: 'x' } }),
    'unknown-key',
    'environments.prod.problem',
  ),
  bad(
    'an override out of range',
    broken('environments.dev', { serving: { decisionThreshold: 2 } }),
    'out-of-range',
    'environments.dev.serving.decisionThreshold',
  ),
  bad(
    'an override that breaks a rule',
    broken('environments.prod', { serving: { release: { strategy: 'canary' } } }),
    'release-volume',
    'environments.prod.serving.release.strategy',
  ),
];
