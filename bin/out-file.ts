/** Target of `--out`: a file that is replaced only by a whole one, or `-` for standard output. */

import { relative, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { InvalidInput, RuntimeFailure } from '../lambdas/core/errors.ts';
import { type Chunks, replaceFile } from '../lambdas/local/replace-file.ts';
import type { Context } from './command.ts';
import { interruptible } from './interrupt.ts';

/** Destination of the data of a command. */
export interface Written {
  /** Absolute path, or `-`. */
  readonly file: string;
  /** The path as people are shown it. */
  readonly shown: string;
  /** True when the data is on standard output, where no other text may be. */
  readonly aside: boolean;
}

/**
 * Writes the chunks to what `--out` names: `-` is standard output, a path that ends in `.gz` is compressed where the
 * command says so. The old content of a file stays until the new one is whole. Ctrl-C leaves the old file.
 *
 * @param command - For messages.
 * @throws InvalidInput `usage/out` for `-` with `--json`; RuntimeFailure `files/interrupted`; the file system's errors
 */
export async function writeOut(
  { stdout, options }: Context,
  command: string,
  out: string,
  chunks: Chunks,
  { gzip = false }: { readonly gzip?: boolean } = {},
): Promise<Written> {
  const { cwd, json } = options();
  if (out === '-') {
    if (json) throw taken(command);
    for await (const chunk of chunks) stdout.write(chunk);
    return { file: '-', shown: 'standard output', aside: true };
  }
  const file = resolve(cwd, out);
  const shown = relative(process.cwd(), file) || file;
  await interruptible(async (signal) => {
    const write = (content: Chunks): Promise<void> => replaceFile(file, content, signal);
    try {
      await (gzip && file.endsWith('.gz')
        ? pipeline(Readable.from(chunks), createGzip(), write)
        : write(chunks));
    } catch (error) {
      throw signal.aborted ? interrupted(shown, error) : error;
    }
  });
  return { file, shown, aside: false };
}

const taken = (command: string): InvalidInput =>
  new InvalidInput(`mlops ${command}`, [
    {
      code: 'usage/out',
      path: '--out',
      message: 'cannot be standard output, where --json prints its document',
      got: "'-'",
      fix: 'name a file, or leave --json out',
    },
  ]);

const interrupted = (shown: string, cause: unknown): RuntimeFailure =>
  new RuntimeFailure('files/interrupted', `stopped before ${shown} was whole; nothing was replaced`, {
    fix: 'run it again',
    cause,
  });
