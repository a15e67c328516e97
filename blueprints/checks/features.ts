import { labelOf } from '../../lambdas/core/config.ts';
import type { ErrorCode } from '../../lambdas/core/error-codes/index.ts';
import type { Problem } from '../../lambdas/core/errors.ts';
import { isColumnFeature } from '../../lambdas/core/features/columns.ts';
import { isPastFeature } from '../../lambdas/core/features/past.ts';
import type { Feature } from '../../lambdas/core/features/spec.ts';
import type { BlueprintCheck } from './check.ts';
import { rangeProblems, repeated } from './check.ts';

/** No two features of one name. */
export const uniqueFeatures: BlueprintCheck = ({ features }) =>
  repeated(features?.fields.map(({ name }) => name) ?? []).map(({ name, index }) => ({
    code: 'blueprint/duplicate-feature',
    path: `features.fields[${index}].name`,
    message: `'${name}' is the name of an earlier feature`,
    fix: 'rename it; several features may read one column',
  }));

/** No two stored columns of one name. */
export const uniqueStoredColumns: BlueprintCheck = ({ features }) =>
  repeated(features?.columns ?? []).map(({ name, index }) => ({
    code: 'blueprint/duplicate-column',
    path: `features.columns[${index}]`,
    message: `'${name}' is the name of an earlier column`,
    fix: 'remove it; features.lock.json gives the order',
  }));

/** No feature reads what the blueprint leaves out; the reason is quoted. */
export const noExcludedFeature: BlueprintCheck = ({ features, excluded }) =>
  forEachFeature(features?.fields, (feature, path) =>
    columnsOf(feature)
      .concat(feature.name)
      .filter((column, i, all) => Object.hasOwn(excluded ?? {}, column) && all.indexOf(column) === i)
      .map((column) => ({
        code: 'blueprint/excluded-feature',
        path,
        message: `'${column}' is excluded: ${excluded?.[column]}`,
        fix: 'remove the feature',
      })),
  );

/** No feature says what is predicted, who it is about, or when. */
export const noForbiddenFeature: BlueprintCheck = ({ features, problem, source }) => {
  const label = problem && labelOf(problem);
  return forEachFeature(features?.fields, (feature, path) => {
    const columns = columnsOf(feature);
    const looksBack = isPastFeature(feature);
    const refuse = (code: ErrorCode, message: string, fix: string): Problem => ({ code, path, message, fix });
    const problems: Problem[] = [];
    if (label !== undefined && !looksBack && columns.includes(label))
      problems.push(
        refuse('blueprint/label-feature', `'${label}' is what is predicted`, 'remove the feature'),
      );
    if (source !== undefined && columns.includes(source.key))
      problems.push(
        refuse(
          'blueprint/key-feature',
          `'${source.key}' is the key: it identifies an entity and does not describe it`,
          'remove the feature',
        ),
      );
    if (source !== undefined && feature.kind !== 'timestamp' && columns.includes(source.eventTime))
      problems.push(
        refuse(
          'blueprint/event-time-feature',
          `'${source.eventTime}' is the event time: only parts of it may be features`,
          "use kind 'timestamp' with a part",
        ),
      );
    return problems;
  });
};

/** Expectations fit the kind of the feature. */
export const fittingExpectations: BlueprintCheck = ({ features }) =>
  forEachFeature(features?.fields, (feature, path) => {
    if (!isColumnFeature(feature)) return [];
    const { expect = {}, kind } = feature;
    const at = `${path}.expect`;
    const number = kind === 'numeric';
    const wrong = [
      ...(['min', 'max', 'meanWithinSigmas', 'deviationWithinFactor'] as const).filter(
        (key) => !number && key in expect,
      ),
      ...(['allowed'] as const).filter((key) => kind !== 'categorical' && key in expect),
    ];
    return [
      ...rangeProblems(at, expect, false),
      ...wrong.map(
        (key): Problem => ({
          code: 'blueprint/expectation-not-of-kind',
          path: `${at}.${key}`,
          message: `does not fit a ${kind} feature`,
          fix: 'remove it',
        }),
      ),
    ];
  });

/** Without a label there is no mean label of a category. */
export const encodingWithoutLabel: BlueprintCheck = ({ features, problem }) =>
  problem?.type !== 'clustering'
    ? []
    : forEachFeature(features?.fields, (feature, path) =>
        feature.kind !== 'categorical' || feature.encoding === 'one-hot'
          ? []
          : [
              {
                code: 'blueprint/encoding-needs-label',
                path: `${path}.encoding`,
                message: 'ordinal is the mean label of a category, and clustering has no label',
                fix: "use 'one-hot'",
              },
            ],
      );

/** Columns that one feature may become. */
const MOST_ONE_HOT = 1_000;

/** A one-hot feature becomes a column of every row for each category. */
export const oneHotWidth: BlueprintCheck = ({ features }) =>
  forEachFeature(features?.fields, (feature, path) =>
    feature.kind !== 'categorical' ||
    feature.encoding !== 'one-hot' ||
    (feature.maxCategories ?? 0) <= MOST_ONE_HOT
      ? []
      : [
          {
            code: 'blueprint/one-hot-too-wide',
            path: `${path}.maxCategories`,
            message: 'one-hot makes a column of each category',
            got: String(feature.maxCategories),
            allowed: `1 to ${MOST_ONE_HOT}`,
            fix: "lower it, or use 'ordinal'",
          },
        ],
  );

/** Returns the problems that a check finds in each feature, given with its path. */
export function forEachFeature(
  fields: readonly Feature[] | undefined,
  check: (feature: Feature, path: string) => Problem[],
): Problem[] {
  return (fields ?? []).flatMap((feature, index) => check(feature, `features.fields[${index}]`));
}

/** Columns that a feature reads. */
export function columnsOf(feature: Feature): string[] {
  switch (feature.kind) {
    case 'lag':
    case 'rolling':
      return [feature.of];
    case 'expression':
      return identifiers(feature.expression);
    default:
      return [feature.column ?? feature.name];
  }
}

/** Every word of an expression outside its texts. */
export function identifiers(expression: string): string[] {
  const bare = expression.replace(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ' ');
  return bare.match(/[A-Za-z_]\w*/g) ?? [];
}
