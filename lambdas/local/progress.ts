/** How the local run tells what happens, while it happens. The command line draws it; tests record it. */
export interface Story {
  /** A new part of the story. */
  chapter(title: string): void;
  /** Something happened, at this moment of the replayed time (ms since 1970) if it has one. */
  tell(text: string, options?: { readonly at?: number; readonly tone?: Tone }): void;
  /** Work that may take longer than a second. */
  work(title: string, options?: { readonly at?: number }): Work;
}

export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export interface Work {
  progress(done: number, total: number): void;
  /** Ends the work with what came of it. */
  done(summary: string): void;
}

/** Tells nothing. */
export const SILENT: Story = {
  chapter: () => {},
  tell: () => {},
  work: () => ({ progress: () => {}, done: () => {} }),
};
