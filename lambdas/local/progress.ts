/** Progress of a local run, reported while it happens. The command line draws it, and tests record it. */
export interface Progress {
  /** A new part of the run. */
  section(title: string): void;
  /** An event, at this moment of the replayed time (ms since 1970) if it has one. */
  note(text: string, options?: { readonly at?: number; readonly tone?: Tone }): void;
  /** A task that may take longer than a second. */
  task(title: string, options?: { readonly at?: number }): Task;
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export interface Task {
  progress(done: number, total: number): void;
  /** Ends the task with its result in words. */
  done(summary: string): void;
}

/** Reports nothing. */
export const SILENT: Progress = {
  section: () => {},
  note: () => {},
  task: () => ({ progress: () => {}, done: () => {} }),
};
