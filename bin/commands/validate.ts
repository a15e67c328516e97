import { blueprintJsonSchema, loadBlueprint } from '../../blueprints/index.ts';
import type { AddCommand } from '../command.ts';
import { DEFAULT_MODEL, findBlueprint } from './model-argument.ts';

/** The data of `mlops validate --json`. */
export interface Validated {
  readonly name: string;
  /** Absolute path. */
  readonly file: string;
  readonly featuresVersion: number;
  /** How many. */
  readonly features: number;
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
        const data: Validated = {
          name,
          file,
          featuresVersion: features.version,
          features: features.fields.length,
        };
        const text = `${name} is valid: ${data.features} features, version ${data.featuresVersion}`;
        return { data, text: () => text };
      }),
    );
};
