import { closest } from '../../lambdas/core/closest.ts';
import { labelOf } from '../../lambdas/core/config.ts';
import type { Problem } from '../../lambdas/core/errors.ts';
import { checkSteps } from '../../lambdas/core/sql/check-steps.ts';
import { tokenize } from '../../lambdas/core/sql/tokens.ts';
import type { BlueprintCheck } from './check.ts';
import { columnsOf } from './features.ts';

/** Each step is one SELECT under a name of its own. */
export const readingSteps: BlueprintCheck = ({ source }) =>
  source === undefined ? [] : checkSteps(source.steps, 'source.steps');

/** Key, event time and label are three columns, and none of them is left out. */
export const distinctRoles: BlueprintCheck = ({ source, problem, excluded }) => {
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
        : [
            {
              code: 'blueprint/same-column',
              path,
              message: `'${column}' is already ${same[0]}`,
            } satisfies Problem,
          ]),
      ...(Object.hasOwn(excluded ?? {}, column)
        ? [
            {
              code: 'blueprint/excluded-needed',
              path: `excluded.${column}`,
              message: `'${column}' is needed: it is ${path}`,
            } satisfies Problem,
          ]
        : []),
    ];
  });
};

/** Outcomes come from a step whose rows are exported. */
export const knownTruthStep: BlueprintCheck = ({ source, monitoring }) => {
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
export const knownSensitive: BlueprintCheck = ({ source, problem, features }) => {
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
        message: `is not a column that step '${last.name}' selects`,
        got: `'${column}'`,
        fix: guess === undefined ? 'remove it, or select the column' : `did you mean '${guess}'?`,
      },
    ];
  });
};

/** Key, event time, label and what features read must be in the table: the last query names each, or selects `*`. */
export const selectedColumns: BlueprintCheck = ({ source, problem, features, excluded }) => {
  const last = source?.steps.at(-1);
  if (source === undefined || problem === undefined || features === undefined || last === undefined)
    return [];
  const words = selectedWords(last.query);
  if (words === 'all') return [];
  const selected = words.map((word) => word.toLowerCase());
  const label = labelOf(problem);
  const needed: readonly (readonly [path: string, column: string])[] = [
    ['source.key', source.key],
    ['source.eventTime', source.eventTime],
    ...(label === undefined ? [] : [['problem.label', label] as const]),
    ...features.fields.flatMap((field, index) =>
      field.kind === 'lag' || field.kind === 'rolling' || field.kind === 'expression'
        ? []
        : [[`features.fields[${index}]`, field.column ?? field.name] as const],
    ),
  ];
  return needed.flatMap(([path, column]): Problem[] => {
    // An excluded column has a problem of its own, which says why.
    if (selected.includes(column.toLowerCase()) || Object.hasOwn(excluded ?? {}, column)) return [];
    const guess = closest(column, words);
    return [
      {
        code: 'blueprint/not-selected',
        path,
        message: `is not a column that step '${last.name}' selects`,
        got: `'${column}'`,
        fix: guess === undefined ? 'select the column' : `did you mean '${guess}'?`,
      },
    ];
  });
};

/** How a query reads its window. */
const WINDOWS = {
  postgres: {
    settings: ["'mlops.from'", "'mlops.to'"],
    fix: {
      from: "current_setting('mlops.from')::timestamptz",
      to: "current_setting('mlops.to')::timestamptz",
    },
  },
  mysql: { settings: ['@mlops_from', '@mlops_to'], fix: { from: '@mlops_from', to: '@mlops_to' } },
} as const;

/** An export reads the rows of its window only; a query without both ends would read everything, each time. */
export const windowedSteps: BlueprintCheck = ({ source }) => {
  if (source === undefined) return [];
  const texts = source.steps.map(({ query }) => query).join('\n');
  const { settings, fix } = WINDOWS[source.engine];
  const missing = settings.filter((setting) => !texts.includes(setting));
  if (missing.length === 0) return [];
  return [
    {
      code: 'blueprint/no-window',
      path: 'source.steps',
      message: `no query reads ${missing.join(' and ')}, so that every export would read all rows`,
      fix: `where ${source.eventTime} >= ${fix.from} and ${source.eventTime} < ${fix.to}`,
    },
  ];
};

/** Tokens that may stand before the `*` that means every column; anywhere else it multiplies or counts. */
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
