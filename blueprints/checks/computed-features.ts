/** Features that are computed from other rows, or from other features. */

import { closest } from '../../lambdas/core/closest.ts';
import { labelOf } from '../../lambdas/core/config.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { isColumnFeature } from '../../lambdas/core/features/columns.ts';
import { fitExpression, parseRule } from '../../lambdas/core/features/expressions.ts';
import { isPastFeature } from '../../lambdas/core/features/past.ts';
import { columnNameOf } from '../../lambdas/core/features/spec.ts';
import type { BlueprintCheck } from './check.ts';
import { forEachFeature, identifiers } from './features.ts';

/** A lag or a rolling statistic reads the past of a numeric feature, or of the label of a regression. */
export const knownPast: BlueprintCheck = ({ features, problem, monitoring }) =>
  forEachFeature(features?.fields, (feature, path) => {
    if (!isPastFeature(feature)) return [];
    if (problem?.type === 'regression' && feature.of === problem.label)
      return (monitoring?.groundTruth?.delayDays ?? 0) === 0 ? [] : [lateLabel(path, problem.label)];
    const fields = features?.fields ?? [];
    const target = fields.find(({ name }) => name === feature.of);
    if (target?.kind === 'numeric') return [];
    const numeric = fields.filter(({ kind }) => kind === 'numeric').map(({ name }) => name);
    const guess = closest(feature.of, numeric);
    return [
      {
        code: target === undefined ? 'blueprint/unknown-feature' : 'blueprint/not-numeric',
        path: `${path}.of`,
        message: target === undefined ? 'is not a feature' : `is ${target.kind}, only numbers have a past`,
        got: `'${feature.of}'`,
        ...(numeric.length > 0 && { allowed: numeric.join(', ') }),
        ...(guess !== undefined && { fix: `did you mean '${guess}'?` }),
      },
    ];
  });

/** History has the label at once, a request comes before it is known: the model would be trained on the future. */
const lateLabel = (path: string, label: string): Problem => ({
  code: 'blueprint/late-label',
  path: `${path}.of`,
  message: `looks back at '${label}', which is known monitoring.groundTruth.delayDays after its event`,
  fix: 'look back at a feature; or let delayDays be 0 where the label is known at its event',
});

/** A lag or a rolling statistic becomes a column of its own name, beside those of the source. */
export const ownPastColumn: BlueprintCheck = ({ features, problem, source }) => {
  const columns = new Set([
    ...(features?.fields ?? []).filter(isColumnFeature).map(columnNameOf),
    ...(problem === undefined ? [] : [labelOf(problem) ?? '']),
    ...(source === undefined ? [] : [source.key, source.eventTime]),
  ]);
  return forEachFeature(features?.fields, (feature, path) =>
    isPastFeature(feature) && columns.has(feature.name)
      ? [
          {
            code: 'blueprint/name-is-column',
            path: `${path}.name`,
            message: `'${feature.name}' is a column of the source that is read, and cannot be computed too`,
            fix: 'rename the feature',
          },
        ]
      : [],
  );
};

/** Only the online store knows the past of a request. */
export const pastNeedsKeys: BlueprintCheck = ({ features, serving }) =>
  serving?.online === undefined || serving.online.byKey
    ? []
    : forEachFeature(features?.fields, (feature, path) =>
        isPastFeature(feature)
          ? [
              {
                code: 'blueprint/past-needs-keys',
                path,
                message: `'${feature.name}' looks back, and requests bring no past`,
                fix: 'set serving.online.byKey: true, so that the online store keeps the newest events of each key',
              },
            ]
          : [],
      );

/** Expressions can be read, name features that have values, and give what is needed. */
export const readableExpressions: BlueprintCheck = ({ features, excluded, problem, source }) => {
  if (features === undefined) return [];
  // An excluded column, or the label, has a problem of its own that gives the reason.
  const told = new Set([
    ...Object.keys(excluded ?? {}),
    ...(problem === undefined ? [] : [labelOf(problem)]),
    ...(source === undefined ? [] : [source.key, source.eventTime]),
  ]);
  const problemsOf = (path: string, expression: string, read: () => unknown): Problem[] => {
    try {
      read();
      return [];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      return error.problems
        .filter(
          ({ code }) =>
            code !== 'expression/unknown-feature' || !identifiers(expression).some((name) => told.has(name)),
        )
        .map((one) => ({ ...one, path }));
    }
  };
  return [
    ...forEachFeature(features.fields, (feature, path) =>
      feature.kind === 'expression'
        ? problemsOf(`${path}.expression`, feature.expression, () => fitExpression(feature, features))
        : [],
    ),
    ...(features.rows ?? []).flatMap(({ expression }, i) =>
      problemsOf(`features.rows[${i}].expression`, expression, () => parseRule(expression, features)),
    ),
  ];
};
