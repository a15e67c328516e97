import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createPorts, type LocalPorts } from '../adapters/local/create-ports.ts';
import { systemClock } from '../adapters/shared/clock.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { SourceDatabase } from '../ports/index.ts';
import { emptyFix } from './next-command.ts';
import { markFolder } from './run-folder.ts';

export interface StoreOptions {
  /** Also where nothing has run yet: then the folder is made. @default false */
  readonly create?: boolean;
  /** The database that rows come from. @default - none: what reads it fails */
  readonly source?: () => Promise<SourceDatabase>;
}

/**
 * The ports over a model's folder.
 *
 * @throws RuntimeFailure `local/nothing-here` when nothing has run there
 */
export function openStore(root: string, model: string, options: StoreOptions = {}): LocalPorts {
  const { create = false, source = () => Promise.reject(noSource()) } = options;
  const store = join(root, 'store');
  if (!create && !existsSync(store))
    throw new RuntimeFailure('local/nothing-here', `nothing has run in ${root}`, {
      fix: `${emptyFix({ root, model })}; or name another folder with --cwd`,
    });
  if (create) markFolder(root, model);
  return createPorts({ root: store, clock: systemClock, source });
}

const noSource = () =>
  new RuntimeFailure('local/no-source', 'this command does not read the source database');
