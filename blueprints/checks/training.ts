import { directedMetrics, METRICS } from '../../lambdas/core/config.ts';
import type { Problem } from '../../lambdas/core/errors.ts';
import { parameterRanges } from '../schema/training.ts';
import type { BlueprintCheck } from './check.ts';
import { rangeProblems } from './check.ts';

/** Trees predict, k-means groups. */
export const fittingAlgorithm: BlueprintCheck = ({ problem, training }) => {
  if (problem === undefined || training === undefined) return [];
  const allowed = problem.type === 'clustering' ? 'kmeans' : 'xgboost';
  const clusters =
    problem.type === 'clustering' && typeof problem.clusters === 'object' ? problem.clusters : {};
  return [
    ...rangeProblems('problem.clusters', clusters, false),
    ...(training.algorithm === allowed
      ? []
      : [
          {
            code: 'blueprint/algorithm-mismatch',
            path: 'training.algorithm',
            message: `does not solve ${problem.type}`,
            got: `'${training.algorithm}'`,
            allowed,
          } satisfies Problem,
        ]),
    ...(training.algorithm === 'kmeans' && training.search !== undefined
      ? [
          {
            code: 'blueprint/algorithm-mismatch',
            path: 'training.search',
            message: "searches the booster's parameters, and kmeans has none of them",
            fix: 'remove it; problem.clusters may be a range',
          } satisfies Problem,
        ]
      : []),
  ];
};

/** A hash holds out keys of every time: nothing lies between them and the others. */
export const gapByTime: BlueprintCheck = ({ training }) =>
  training?.split.kind === 'hash' && training.split.gapDays !== undefined
    ? [
        {
          code: 'blueprint/gap-without-time',
          path: 'training.split.gapDays',
          message: "is a gap in time, and split.kind 'hash' holds out keys of every time",
          got: `${training.split.gapDays}`,
          fix: "remove it, or let training.split.kind be 'time'",
        },
      ]
    : [];

/** Every metric that is named exists for the problem. */
export const metricsOfProblem: BlueprintCheck = ({ problem, training, retraining }) => {
  if (problem === undefined) return [];
  const all: readonly string[] = METRICS[problem.type];
  const directed = directedMetrics(problem);
  const { thresholds = [], notWorseThanChampionBy, betterThanBaseline } = training?.validation ?? {};
  const named: readonly (readonly [string, string | undefined, readonly string[]])[] = [
    ...thresholds.map(
      ({ metric }, i) => [`training.validation.thresholds[${i}].metric`, metric, all] as const,
    ),
    ['training.validation.notWorseThanChampionBy.metric', notWorseThanChampionBy?.metric, directed],
    [
      'training.validation.betterThanBaseline.metric',
      betterThanBaseline ? betterThanBaseline.metric : undefined,
      directed,
    ],
    ['retraining.on.performance.metric', retraining?.on.performance?.metric, directed],
  ];
  return named.flatMap(([path, metric, allowed]) =>
    metric === undefined || allowed.includes(metric)
      ? []
      : [
          {
            code: 'blueprint/metric-not-of-problem',
            path,
            message: `${problem.type} has no such metric`,
            got: `'${metric}'`,
            allowed: allowed.join(', '),
          },
        ],
  );
};

/** Limits have a value and the right order. */
export const thresholdLimits: BlueprintCheck = ({ training }) => {
  const { thresholds = [], fairness = [] } = training?.validation ?? {};
  return [
    ...thresholds.flatMap((one, i) => rangeProblems(`training.validation.thresholds[${i}]`, one, true)),
    ...fairness.flatMap((one, i) => rangeProblems(`training.validation.fairness[${i}]`, one, true)),
  ];
};

/** The groups that fairness compares are known and are groups. */
export const fairnessAttributes: BlueprintCheck = ({
  problem,
  training,
  monitoring,
  features,
  excluded,
  source,
}) => {
  if (problem === undefined || features === undefined) return [];
  const listed = [
    ...(training?.validation.fairness ?? []).map(
      ({ attribute }, i) => [`training.validation.fairness[${i}].attribute`, attribute] as const,
    ),
    ...(monitoring?.fairness.attributes ?? []).map(
      (attribute, i) => [`monitoring.fairness.attributes[${i}]`, attribute] as const,
    ),
  ];
  const named = listed.flatMap(([path, attribute]): (readonly [string, string])[] =>
    typeof attribute === 'string' ? [[path, attribute]] : attribute.map((one, i) => [`${path}[${i}]`, one]),
  );
  const fields = features.fields;
  return named.flatMap(([path, attribute]): Problem[] => {
    if (problem.type !== 'binary-classification')
      return [
        {
          code: 'blueprint/metric-not-of-problem',
          path,
          message: `group fairness compares decisions, and ${problem.type} makes none`,
          fix: 'remove it',
        },
      ];
    const feature = fields.find((one) => one.name === attribute || columnOf(one) === attribute);
    if (feature?.kind === 'categorical' || feature?.kind === 'boolean') return [];
    if (feature !== undefined)
      return [
        {
          code: 'blueprint/attribute-not-groups',
          path,
          message: `'${attribute}' is ${feature.kind}, which has no groups`,
          fix: 'add a categorical column of groups to the query, and name that',
        },
      ];
    const known = Object.hasOwn(excluded ?? {}, attribute) || source?.sensitive.includes(attribute);
    return known
      ? []
      : [
          {
            code: 'blueprint/unknown-attribute',
            path,
            message: 'is not a feature, an excluded column or a sensitive column',
            got: `'${attribute}'`,
          },
        ];
  });
};

const columnOf = (feature: { readonly name: string; readonly column?: string | undefined }) =>
  feature.column ?? feature.name;

/** A search may try only values that a blueprint may set. */
export const searchSpace: BlueprintCheck = ({ training }) => {
  const space = training?.search?.space ?? {};
  return Object.entries(space).flatMap(([name, range]): Problem[] => {
    const path = `training.search.space.${name}`;
    const schema = parameterRanges[name as keyof typeof parameterRanges]; // the schema allows no other key
    const values = Array.isArray(range) ? range : [range.min, range.max];
    const outside = values.filter((value) => !schema.safeParse(value).success);
    return [
      ...outside.map(
        (value): Problem => ({
          code: 'blueprint/out-of-range',
          path,
          message: `${value} is not allowed for training.parameters.${name}`,
        }),
      ),
      ...(Array.isArray(range) ? [] : rangeProblems(path, range, true)),
      ...(!Array.isArray(range) && range.scale === 'log' && range.min <= 0
        ? [
            {
              code: 'blueprint/out-of-range',
              path,
              message: 'a log scale starts above 0',
              got: `${range.min}`,
            } satisfies Problem,
          ]
        : []),
    ];
  });
};
