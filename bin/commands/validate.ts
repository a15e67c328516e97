import { relative } from 'node:path';
import { type Blueprint, blueprintJsonSchema, loadBlueprint } from '../../blueprints/index.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import { syntaxProblems } from '../../lambdas/local/sql-syntax.ts';
import { DEFAULT_MODEL, findBlueprint } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';

/** The data of `mlops validate --json`. */
export interface Validated {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly featuresVersion: number;
  /** How many. */
  readonly features: number;
  /** Whether PostgreSQL's parser has read the source's steps; there is no parser of MySQL's dialect here. */
  readonly sqlParsed: boolean;
}

export const addValidate: AddCommand = (program, { options }, run) => {
  program
    .command('validate')
    .description('check a blueprint, or print the JSON Schema of blueprints')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--schema', 'print the JSON Schema')
    .action((model: string, { schema }: { readonly schema?: boolean }) =>
      run('validate', async () => {
        if (schema === true) {
          const data = blueprintJsonSchema();
          return { data, text: () => JSON.stringify(data, null, 2) };
        }
        const { blueprint, file } = await loadBlueprint(findBlueprint(model, options().cwd));
        const { name, features } = blueprint;
        const sqlParsed = await parseSteps(blueprint, file);
        const data: Validated = {
          name,
          file,
          featuresVersion: features.version,
          features: features.fields.length,
          sqlParsed,
        };
        const sql = sqlParsed ? 'SQL parsed by PostgreSQL' : 'SQL not parsed: it is of another engine';
        const text = `${name} is valid: ${data.features} features, version ${data.featuresVersion}; ${sql}`;
        return { data, text: () => text };
      }),
    );
};

/**
 * @returns false for an engine whose SQL cannot be parsed here
 * @throws InvalidInput `source/syntax`
 */
async function parseSteps({ name, source }: Blueprint, file: string): Promise<boolean> {
  if (source.engine !== 'postgres') return false;
  const problems = await syntaxProblems(source.steps);
  if (problems.length > 0)
    throw new InvalidInput(`blueprint '${name}' (${relative(process.cwd(), file)})`, problems);
  return true;
}
