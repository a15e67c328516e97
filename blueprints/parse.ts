import type { Problem } from '../lambdas/core/errors.ts';
import { InvalidInput } from '../lambdas/core/errors.ts';
import type { Sections } from './checks/check.ts';
import { crossFieldProblems } from './checks/index.ts';
import { withOverrides } from './overrides.ts';
import { plainDataProblems } from './plain-data.ts';
import { printable } from './printable.ts';
import { aboutInputs, problemsOf } from './problems.ts';
import type { OverriddenEnvironment } from './schema/environments.ts';
import { ENVIRONMENTS } from './schema/environments.ts';
import type { Blueprint } from './schema.ts';
import { blueprintSchema } from './schema.ts';

/** How messages name a blueprint: `blueprint 'churn' (blueprints/churn.ts)`. */
export function subjectOf(input: unknown, file?: string): string {
  const name =
    typeof input === 'object' && input !== null && 'name' in input && typeof input.name === 'string'
      ? ` '${printable(input.name)}'`
      : '';
  return `blueprint${name}${file === undefined ? '' : ` (${file})`}`;
}

/**
 * Reads a blueprint, with every default filled in.
 *
 * @param subject - How messages name it; see {@link subjectOf}.
 * @throws InvalidInput with all its problems, those of its overrides included
 *
 * @example
 * import { readFileSync } from 'node:fs';
 * import { parseBlueprint } from 'mlops-blueprint/blueprint';
 *
 * const input: unknown = JSON.parse(readFileSync('churn.json', 'utf8'));
 * const blueprint = parseBlueprint(input, "blueprint 'churn' (churn.json)");
 */
export function parseBlueprint(input: unknown, subject: string): Blueprint {
  const blueprint = accepted(examine(input), subject);
  const problems = ENVIRONMENTS.flatMap((environment) => overrideProblems(blueprint, environment));
  if (problems.length > 0) throw new InvalidInput(subject, problems);
  return blueprint;
}

/**
 * The blueprint as one environment has it; unchanged without overrides for it.
 *
 * @throws InvalidInput when an override breaks a rule
 */
export function applyOverrides(
  blueprint: Blueprint,
  environment: OverriddenEnvironment | undefined,
  subject: string,
): Blueprint {
  return accepted(
    examine(environment === undefined ? blueprint : withOverrides(blueprint, environment)),
    subject,
  );
}

const BLUEPRINT = aboutInputs('blueprint', blueprintSchema);

type Examined = { readonly blueprint: Blueprint } | { readonly problems: readonly Problem[] };

function accepted(examined: Examined, subject: string): Blueprint {
  if ('problems' in examined) throw new InvalidInput(subject, examined.problems);
  return examined.blueprint;
}

function examine(input: unknown): Examined {
  const unsafe = plainDataProblems(input);
  if (unsafe.length > 0) return { problems: unsafe };
  const parsed = blueprintSchema.safeParse(input);
  if (!parsed.success)
    return {
      problems: [
        ...problemsOf(parsed.error, input, BLUEPRINT),
        ...crossFieldProblems(acceptedSections(input)),
      ],
    };
  const problems = crossFieldProblems(parsed.data);
  return problems.length > 0 ? { problems } : { blueprint: parsed.data };
}

/** The sections that are right by themselves, so that one typing error does not hide what else is wrong. */
function acceptedSections(input: unknown): Sections {
  if (typeof input !== 'object' || input === null) return {};
  const given = input as Readonly<Record<string, unknown>>; // plain data, tested before
  const accepted = Object.entries(blueprintSchema.shape).flatMap(([name, schema]) => {
    const section = schema.safeParse(given[name]);
    return section.success ? [[name, section.data]] : [];
  });
  return Object.fromEntries(accepted) as Sections; // each by the schema of its name
}

function overrideProblems(blueprint: Blueprint, environment: OverriddenEnvironment): Problem[] {
  if (blueprint.environments[environment] === undefined) return [];
  const examined = examine(withOverrides(blueprint, environment));
  if (!('problems' in examined)) return [];
  return examined.problems.map((problem) => ({
    ...problem,
    path: `environments.${environment}.${problem.path}`,
  }));
}
