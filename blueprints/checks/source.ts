import { labelOf } from '../../lambdas/core/config.ts';
import type { Problem } from '../../lambdas/core/errors.ts';
import { checkSteps } from '../../lambdas/core/sql/check-steps.ts';
import { tokenize } from '../../lambdas/core/sql/tokens.ts';
import { closest } from '../closest.ts';
import type { Check } from './check.ts';
import { columnsOf } from './features.ts';

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

/**
 * A sensitive column is one that the blueprint or the last query names: a typing error would leave the real one
 * unprotected. Nothing is said where the query selects `*`, because its columns are then not known here.
 */
export const knownSensitive: Check = ({ source, problem, features }) => {
  const last = source?.steps.at(-1);
  if (source === undefined || problem === undefined || features === undefined || last === undefined)
    return [];
  const selected = selectedWords(last.query);
  if (selected === 'all') return [];
  const named = [
    source.key,
    source.eventTime,
    labelOf(problem) ?? [],
    features.fields.flatMap(columnsOf),
  ].flat();
  return source.sensitive.flatMap((column, index): Problem[] => {
    if (named.includes(column) || selected.includes(column)) return [];
    const guess = closest(column, [...named, ...selected]);
    return [
      {
        code: 'blueprint/unknown-column',
        path: `source.sensitive[${index}]`,
        message: `is no column that step '${last.name}' names`,
        got: `'${column}'`,
        fix: guess === undefined ? 'remove it, or select the column' : `did you mean '${guess}'?`,
      },
    ];
  });
};

/** What may stand before the `*` that means every column; anywhere else it multiplies or counts. */
const BEFORE_ALL: readonly (string | undefined)[] = ['select', 'distinct', 'all', ',', '.'];

/** Every name of a query, outside its texts and comments; `all` where it selects `*`. */
function selectedWords(query: string): readonly string[] | 'all' {
  const { tokens } = tokenize(query);
  const all = tokens.some(({ text }, i) => text === '*' && BEFORE_ALL.includes(tokens[i - 1]?.text));
  if (all) return 'all';
  return tokens.flatMap(({ kind, text, at }) =>
    kind === 'word' ? [text] : kind === 'quoted' ? [quotedName(query, at)] : [],
  );
}

/** The name in double quotes whose token begins here; `U&` may stand before them. */
function quotedName(query: string, at: number): string {
  const begin = query.indexOf('"', at) + 1;
  return query.slice(begin, query.indexOf('"', begin));
}
