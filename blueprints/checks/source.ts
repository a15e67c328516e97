import { labelOf } from '../../lambdas/core/config.ts';
import type { Problem } from '../../lambdas/core/errors.ts';
import { checkSteps } from '../../lambdas/core/sql/check-steps.ts';
import type { Check } from './check.ts';

/** Each step is one SELECT under a name of its own. */
export const readingSteps: Check = ({ source }) =>
  source === undefined ? [] : checkSteps(source.steps, 'source.steps');

/** Key, event time and label are three columns, and none of them is left out. */
export const distinctRoles: Check = ({ source, problem, excluded }) => {
  if (source === undefined) return [];
  const label = problem && labelOf(problem);
  const roles: readonly (readonly [string, string])[] = [
    ['source.key', source.key],
    ['source.eventTime', source.eventTime],
    ...(label === undefined ? [] : [['problem.label', label] as const]),
  ];
  return roles.flatMap(([path, column], index): Problem[] => {
    const same = roles.slice(0, index).find(([, earlier]) => earlier === column);
    return [
      ...(same === undefined
        ? []
        : [{ code: 'blueprint/same-column', path, message: `'${column}' is already ${same[0]}` }]),
      ...(Object.hasOwn(excluded ?? {}, column)
        ? [
            {
              code: 'blueprint/excluded-needed',
              path: `excluded.${column}`,
              message: `'${column}' is needed: it is ${path}`,
            },
          ]
        : []),
    ];
  });
};

/** Outcomes come from a step whose rows are exported. */
export const knownTruthStep: Check = ({ source, monitoring }) => {
  const step = monitoring?.groundTruth?.step;
  if (source === undefined || step === undefined) return [];
  const exported = source.steps.filter(({ keep }, index) => keep || index === source.steps.length - 1);
  if (exported.some(({ name }) => name === step)) return [];
  return [
    {
      code: 'blueprint/unknown-step',
      path: 'monitoring.groundTruth.step',
      message: 'must be a source step that is exported',
      got: `'${step}'`,
      allowed: exported.map(({ name }) => name).join(', '),
      ...(source.steps.some(({ name }) => name === step) && { fix: `give step '${step}' keep: true` }),
    },
  ];
};
