import type { Command } from 'commander';
import type { Answer, Manner, Streams } from './output.ts';

export interface GlobalOptions extends Manner {
  readonly quiet: boolean;
  /** Folder where `.mlops` is searched and written. */
  readonly cwd: string;
}

/** Context of a command: options that all have, and the streams. */
export interface Context extends Streams {
  readonly options: () => GlobalOptions;
}

/** Adds one command to the program; its action answers through `run`. */
export type AddCommand = (program: Command, context: Context, run: Run) => void;

/** Runs a command's work and prints its answer. */
export type Run = (command: string, work: () => Promise<Answer>) => Promise<void>;
