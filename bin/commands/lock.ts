import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { loadBlueprint, lockFileOf } from '../../blueprints/index.ts';
import { DEFAULT_MODEL, findBlueprint } from '../arguments/model.ts';
import type { AddCommand } from '../command.ts';

/** The data of `mlops lock --json`. */
export interface RecordedLock {
  /** Absolute path of the lock. */
  readonly file: string;
  readonly featuresVersion: number;
  readonly columns: readonly string[];
  /** Whether the file was written; false when it already said this. */
  readonly changed: boolean;
}

export const addLock: AddCommand = (program, { options }, run) => {
  program
    .command('lock')
    .description('record the feature group that is deployed in features.lock.json, to be committed')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .action((model: string) =>
      run('lock', async () => {
        const { file: blueprintFile, lock, next } = await loadBlueprint(findBlueprint(model, options().cwd));
        const file = lockFileOf(blueprintFile);
        const changed = !isDeepStrictEqual(lock, next);
        if (changed) await writeFile(file, `${JSON.stringify(next, null, 2)}\n`);
        const data: RecordedLock = { file, featuresVersion: next.version, columns: next.columns, changed };
        const shown = relative(process.cwd(), file);
        const what = `${next.columns.length} columns of version ${next.version}`;
        return { data, text: () => `${shown} ${changed ? 'now holds' : 'already holds'} ${what}` };
      }),
    );
};
