import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../blueprints/bank-marketing/blueprint.ts';
import { applyOverrides, parseBlueprint, subjectOf } from '../../blueprints/index.ts';
import { describeProblem, InvalidInput } from '../../lambdas/core/errors.ts';
import { CORPUS } from './corpus.ts';
import { broken, brokenAll, validInput } from './valid.ts';

function problemsOf(input: unknown) {
  try {
    parseBlueprint(input, 'blueprint');
  } catch (error) {
    if (error instanceof InvalidInput) return error.problems;
    throw error;
  }
  return [];
}

const told = (input: unknown) => problemsOf(input).map(describeProblem);

describe('parseBlueprint', () => {
  it('accepts the valid input and fills in every default', () => {
    const blueprint = parseBlueprint(validInput(), 'blueprint');
    expect(blueprint.serving.release.strategy).toBe('auto');
    expect(blueprint.source.watermark.overlapHours).toBe(24);
    expect(blueprint.monitoring.consecutive).toEqual({ n: 2, of: 3 });
    expect(blueprint.environments.tier).toBe('small');
  });

  it('accepts its own result', () => {
    const once = parseBlueprint(validInput(), 'blueprint');
    expect(parseBlueprint(once, 'blueprint')).toEqual(once);
  });

  it('has a corpus of more than 100 bad files', () => {
    expect(CORPUS.length).toBeGreaterThan(100);
  });

  it.each(CORPUS)('refuses $title with $code', ({ input, code, path }) => {
    const problems = problemsOf(input);
    expect(problems.map((one) => one.code)).toContain(code);
    if (path !== undefined)
      expect(problems.filter((one) => one.code === code).map((one) => one.path)).toContain(path);
  });

  it('leaves the prototype of objects alone', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    for (const { input } of CORPUS) problemsOf(input);
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { name?: string }).name).toBeUndefined();
  });

  it('throws nothing but InvalidInput, whatever its argument', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(() => parseBlueprint(input, 'blueprint')).toThrow(InvalidInput);
      }),
    );
  });

  it('throws nothing but InvalidInput when one part of a valid file is replaced', () => {
    const paths = [
      'name',
      'problem',
      'source',
      'source.steps',
      'features',
      'features.fields.0',
      'excluded',
    ].concat([
      'training',
      'training.search',
      'serving',
      'monitoring',
      'monitoring.drift',
      'retraining',
      'environments.dev',
    ]);
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.anything({ withNullPrototype: true }), (path, value) => {
        problemsOf(broken(path, value));
      }),
      { numRuns: 500 },
    );
  });

  it('reports every problem at once, even those between fields when another section is wrong', () => {
    const codes = problemsOf(
      brokenAll({
        name: 'X',
        'training.seed': 'one',
        'features.fields.0.name': 'refund',
        'source.eventTime': 'id',
      }),
    ).map(({ code }) => code);
    expect(codes).toEqual(
      expect.arrayContaining([
        'blueprint/bad-format',
        'blueprint/wrong-type',
        'blueprint/excluded-feature',
        'blueprint/same-column',
      ]),
    );
  });

  it('suggests the name behind a typing error', () => {
    expect(told(broken('serving.relase', {}))[0]).toContain("did you mean 'release'?");
    expect(told(broken('source.engine', 'postgre'))[0]).toContain("did you mean 'postgres'?");
    expect(told(broken('cloud', 'aws'))[0]).toContain('fix: remove it');
  });

  it('explains a share when it gets a percentage', () => {
    expect(told(broken('serving.capture.share', 10))).toEqual([
      'serving.capture.share: must be at most 1, got 10; fix: shares are fractions: write 0.1 for 10 %',
    ]);
  });

  it('shortens quoted values', () => {
    expect(told(broken('name', 'a'.repeat(300)))[0]).toMatch(/got 'a{60}… \(300 characters\)'/);
  });

  it('prints no character that could drive a terminal', () => {
    const hostile = '\u001b[31mred\u202e';
    expect(told(broken('name', hostile))[0]).toContain("got '\\u{1b}[31mred\\u{202e}'");
    expect(told(broken(hostile, 1))[0]).toMatch(/^\\u\{1b\}\[31mred\\u\{202e\}: is not a field/);
  });

  it('lists only the fields of the chosen kind', () => {
    expect(told(broken('problem', { type: 'clustering', clusters: 4, label: 'churned' }))[0]).toContain(
      'problem.label: is not a field (allowed: type, clusters)',
    );
    expect(told(broken('training.search', { trials: 5, space: { maxDept: [1] } }))[0]).toContain(
      "did you mean 'maxDepth'?",
    );
  });

  it('names the object beside the words that a field takes', () => {
    expect(told(broken('training.validation.betterThanBaseline', true))).toEqual([
      'training.validation.betterThanBaseline: is not one of the values, got true (allowed: false, or an object with metric, by)',
    ]);
    expect(told(broken('features.fields.0.impute', 'mod'))[0]).toContain(
      "got 'mod' (allowed: none, mean, median, or an object with value)",
    );
  });

  it('lists the metrics that compare two models where two are compared', () => {
    const of = (metric: string) => broken('training.validation.betterThanBaseline', { metric, by: 0 });
    expect(told(of('rmse'))[0]).toMatch(
      /betterThanBaseline.metric: .* \(allowed: auc, average-precision, log-loss, brier, calibration-error\)$/,
    );
    expect(told(of('observed-over-expected'))[0]).toContain('is not one of the values');
  });

  it('reports the requests that a release needs, and a fix', () => {
    const long = { strategy: 'canary', watchHours: 48 };
    expect(told(brokenAll({ 'serving.online.requestsPerDay': 333, 'serving.release': long }))).toEqual([
      'serving.release.strategy: the looser test of a canary release needs 8,494 requests in 24 h per step; this blueprint declares 333 per day; fix: use strategy auto, or raise maxHoursPerStep to 613',
    ]);
    const strict = { strategy: 'canary', strictness: 'strict' };
    expect(told(brokenAll({ 'serving.online.requestsPerDay': 10, 'serving.release': strict }))[0]).toContain(
      'a canary release needs 16,985 requests in 24 h per step; this blueprint declares 10 per day; fix: use strategy auto, or lower strictness',
    );
  });

  it('accepts a release as soon as the volume is enough', () => {
    const canary = { strategy: 'canary', maxHoursPerStep: 613, watchHours: 38 };
    expect(
      problemsOf(brokenAll({ 'serving.online.requestsPerDay': 333, 'serving.release': canary })),
    ).toEqual([]);
    expect(problemsOf(broken('serving.release', { strategy: 'all-at-once' }))).toEqual([]);
  });

  it.each([
    [
      333,
      { watchHours: 24 },
      'needs 523 requests, this blueprint declares 333 per day for 24 h; fix: raise watchHours to 38, or leave it out',
    ],
    [
      20,
      { strictness: 'strict' },
      "1,057 requests, .*; fix: use strictness 'standard' and leave watchHours out",
    ],
    [100, { errorRate: 0.0005 }, '10,624 requests, .*; fix: raise alarms.errorRate and leave watchHours out'],
    [12, {}, '523 requests, .*; fix: serve at least 18 requests a day, the longest watch has 720 h'],
  ])('reports the watch that %d requests a day need with %o', (requestsPerDay, changes, message) => {
    const { errorRate = 0.02, ...release } = { ...changes } as { errorRate?: number };
    const input = brokenAll({
      'serving.online.requestsPerDay': requestsPerDay,
      'serving.release': release,
      'serving.alarms.errorRate': errorRate,
      'monitoring.minRows': 1,
    });
    expect(told(input)).toEqual([
      expect.stringMatching(`^serving.release.watchHours: the looser test of a watch .*${message}$`),
    ]);
  });

  it('asks for no watch volume without an API, which has no declared volume', () => {
    expect(problemsOf(brokenAll({ serving: { release: { watchHours: 1 } } }))).toEqual([]);
  });

  it('finds a sensitive column by its role, as a feature, and in the last query', () => {
    const roles = ['id', 'seen_at', 'churned', 'tenure'];
    expect(problemsOf(broken('source.sensitive', roles))).toEqual([]);
    const select = (query: string) =>
      told(brokenAll({ 'source.steps.0.query': query, 'source.sensitive': ['email'] })).filter((text) =>
        text.startsWith('source.sensitive'),
      );
    expect(select('SELECT id, Email FROM customers')).toEqual([]);
    expect(select('SELECT id, "email" FROM customers')).toEqual([]);
    expect(select('SELECT id, U&"email" FROM customers')).toEqual([]);
    expect(select('SELECT c.*, 1 AS one FROM customers c')).toEqual([]);
    expect(select('SELECT DISTINCT * FROM customers')).toEqual([]);
    expect(select('SELECT id, e_mail, count(*) FROM customers GROUP BY 1, 2')).toEqual([
      "source.sensitive[0]: is not a column that step 'customers' selects, got 'email'; fix: did you mean 'e_mail'?",
    ]);
    expect(select('SELECT id, 2 * tenure /* email */ FROM customers')).toEqual([
      "source.sensitive[0]: is not a column that step 'customers' selects, got 'email'; fix: remove it, or select the column",
    ]);
  });

  it('finds a column that no query names, and a query that would read all rows each time', () => {
    const where = "WHERE seen_at >= current_setting('mlops.from')::timestamptz";
    const query = `SELECT id, seen_at, tenur, plan, active, churned FROM customers ${where}`;
    const problems = told(broken('source.steps.0.query', query));
    expect(problems).toContainEqual(
      expect.stringMatching(/^features\.fields\[0\]: .*'tenure'.*did you mean 'tenur'/),
    );
    expect(problems).toContainEqual(expect.stringMatching(/^source\.steps: no query reads 'mlops\.to', /));
    const known = `SELECT ID, "seen_at", Tenure, plan, active, churned FROM customers ${where} AND seen_at < current_setting('mlops.to')::timestamptz`;
    expect(told(broken('source.steps.0.query', known))).toEqual([]);
  });

  it.each(['*/15 0-23 1,15 1-12 0-7', '59 23 31 12 7', '00 02 * * 1-5', 'rate(1 day)', '0-30/10,45 * * * *'])(
    'accepts the schedule %s',
    (schedule) => {
      expect(problemsOf(broken('source.schedule', schedule))).toEqual([]);
    },
  );

  it('accepts input that only looks wrong', () => {
    const fields = validInput().features.fields;
    const past = { kind: 'lag', name: 'l', description: 'd', of: 'tenure', events: 1 };
    const byKey = { 'serving.online.byKey': true };
    expect(problemsOf(brokenAll({ ...byKey, 'features.fields': [...fields, past] }))).toEqual([]);
    expect(
      problemsOf(
        brokenAll({
          serving: { batch: { schedule: 'rate(1 day)', deliverBy: '06:00' } },
          'features.fields': [...fields, past],
        }),
      ),
    ).toEqual([]);
    const regression = { type: 'regression', label: 'churned' };
    const lagOfLabel = [...fields, { ...past, of: 'churned' }];
    expect(problemsOf(brokenAll({ ...byKey, problem: regression, 'features.fields': lagOfLabel }))).toEqual(
      [],
    );
    const words = {
      kind: 'expression',
      name: 'net',
      description: 'd',
      expression: "plan == 'refund' ? 1 : tenure",
    };
    expect(problemsOf(broken('features.fields', [...fields, words]))).toEqual([]);
    const rule = { expression: 'active || tenure > 0.0', description: 'who never came is no customer' };
    expect(problemsOf(broken('features.rows', [rule]))).toEqual([]);
    expect(problemsOf(broken('monitoring.fairness.attributes', ['plan', 'active', 'refund']))).toEqual([]);
    const chi = { statistic: 'chi-square', warn: 0.05, alert: 0.01 };
    expect(problemsOf(broken('monitoring.drift.categorical', chi))).toEqual([]);
    const search = { trials: 5, space: { maxDepth: [3, 4], eta: { min: 0.01, max: 0.3, scale: 'log' } } };
    expect(problemsOf(broken('training.search', search))).toEqual([]);
    const band = { level: 'partial', uncertain: { low: 0.3, high: 0.7 } };
    expect(problemsOf(broken('serving.automation', band))).toEqual([]);
    expect(problemsOf(broken('serving.alarms.business', { metric: 'orders', min: 3 }))).toEqual([]);
  });

  it.each([
    [{ alert: 1.5 }, 'p-values above 0, at most 0.05, such as warn 0.01 and alert 0.001'],
    [{ warn: 0.001, alert: 0.01 }, 'warn must not be below alert, such as warn 0.01 and alert 0.001'],
  ])('names usable limits of chi-square where %j cannot be used', (limits, usable) => {
    const categorical = { statistic: 'chi-square', ...limits };
    const [problem] = problemsOf(broken('monitoring.drift.categorical', categorical));
    expect(problem?.message).toContain(usable);
  });

  it('accepts clusters of one-hot features', () => {
    const input = brokenAll({
      problem: { type: 'clustering', clusters: { min: 3, max: 6 } },
      'training.algorithm': 'kmeans',
      'features.fields.1.encoding': 'one-hot',
    });
    expect(problemsOf(input)).toEqual([]);
  });
});

describe('the features of bank-marketing', () => {
  it.each([
    ['duration', 'known only after the call'],
    ['pdays', 'one value dominates'],
  ])('refuses %s as a feature, with the reason', (name, reason) => {
    const feature = { kind: 'numeric', name, description: 'tempting' };
    const fields = [...bankMarketing.features.fields, feature];
    const input = { ...bankMarketing, features: { version: 1, fields } };
    expect(told(input)).toEqual([expect.stringContaining(`'${name}' is excluded: ${reason}`)]);
  });
});

describe('applyOverrides', () => {
  const overridden = parseBlueprint(
    brokenAll({
      'training.window': { kind: 'days', days: 90 },
      'environments.local': {
        training: { approval: 'automatic', window: { kind: 'rows', rows: 500 } },
        source: { schedule: undefined },
        monitoring: { consecutive: { n: 1, of: 1 } },
      },
    }),
    'blueprint',
  );

  it('lays an environment over the blueprint and leaves the rest', () => {
    const local = applyOverrides(overridden, 'local', 'blueprint');
    expect(local.training.approval).toBe('automatic');
    expect(local.training.window).toEqual({ kind: 'rows', rows: 500 });
    expect(local.training.seed).toBe(overridden.training.seed);
    expect(local.source).toEqual(overridden.source);
    expect(local.monitoring.consecutive).toEqual({ n: 1, of: 1 });
  });

  it('changes nothing where nothing is overridden', () => {
    expect(applyOverrides(overridden, 'prod', 'blueprint')).toEqual(overridden);
  });
});

describe('subjectOf', () => {
  it('names the blueprint and its file', () => {
    expect(subjectOf({ name: 'churn' }, 'blueprints/churn.ts')).toBe(
      "blueprint 'churn' (blueprints/churn.ts)",
    );
    expect(subjectOf({ name: 'a\u202eb' })).toBe("blueprint 'a\\u{202e}b'");
    expect(subjectOf({ name: 'Hotel Cancel' })).toBe("blueprint 'Hotel Cancel'");
    expect(subjectOf({ name: 4 })).toBe('blueprint');
    expect(subjectOf(null)).toBe('blueprint');
  });
});
