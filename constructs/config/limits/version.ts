/** Parts of a blueprint that no target runs yet, with the reason and what to use instead. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { attributeName } from '../../../lambdas/core/fairness/attribute.ts';
import { capturedFeatures } from '../../../lambdas/core/model-table.ts';

const refused = (path: string, what: string, fix: string): Problem => ({
  code: 'target/not-available',
  path,
  message: `this version does not run ${what}`,
  fix,
});

/** Returns a problem for each part of a blueprint that this version runs nowhere. */
export function versionProblems(blueprint: Blueprint): Problem[] {
  const { training, environments } = blueprint;
  return [
    ...(training.algorithm === 'kmeans'
      ? [refused('training.algorithm', 'kmeans', "use 'xgboost' with a label")]
      : []),
    ...(environments.tier === 'large' ? [refused('environments.tier', 'tier large', "use 'small'")] : []),
    ...unreadProblems(blueprint),
  ];
}

/** Settings that nothing reads yet: accepted in silence they would promise a protection that is not there. */
function unreadProblems(blueprint: Blueprint): Problem[] {
  const { serving, monitoring, retraining } = blueprint;
  const { level } = serving.automation;
  return [
    ...monitoring.fairness.attributes.flatMap((attribute, i) =>
      capturedFeatures(attribute, blueprint) !== undefined
        ? []
        : [
            refused(
              `monitoring.fairness.attributes[${i}]`,
              `group fairness in production by ${attributeName(attribute)}: that is not recorded with predictions`,
              'name features that serving.capture records and that are not sensitive; training.validation.fairness compares any column before release',
            ),
          ],
    ),
    ...(level === 'shadow' || level === 'partial'
      ? [
          refused(
            'serving.automation.level',
            `automation level ${level}`,
            "use 'assist', where a person decides every case",
          ),
        ]
      : []),
    ...(serving.alarms.business === undefined
      ? []
      : [
          refused(
            'serving.alarms.business',
            'business alarms',
            'remove it, watch the measure yourself, and go back with mlops rollback',
          ),
        ]),
    ...(retraining.on.newData === undefined
      ? []
      : [
          refused(
            'retraining.on.newData',
            'retraining on new data',
            'use retraining.on.drift, or retraining.on.performance with monitoring.groundTruth',
          ),
        ]),
  ];
}
