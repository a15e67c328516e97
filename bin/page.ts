import pc from 'picocolors';

type Colors = ReturnType<typeof pc.createColors>;

/** Destination of text: a terminal, a pipe, a file, or a test. */
export interface Screen {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** How text may look on a screen. */
export interface Page {
  /** Characters in a line. */
  readonly columns: number;
  /** Identity functions where colour is not wanted. */
  readonly colors: Colors;
}

/** Columns of a pipe or a file, which report no width. */
const DEFAULT_COLUMNS = 100;

/**
 * Colour on terminals only; `NO_COLOR` (no-color.org) and `--no-color` turn it off, `FORCE_COLOR` turns it on unless it is 0.
 *
 * @param wanted - False with `--no-color`.
 */
export function pageOf(screen: Screen, wanted = true, env: NodeJS.ProcessEnv = process.env): Page {
  const terminal = screen.isTTY === true && env.TERM !== 'dumb';
  const colored = wanted && !env.NO_COLOR && (terminal || (env.FORCE_COLOR ?? '0') !== '0');
  return { columns: screen.columns || DEFAULT_COLUMNS, colors: pc.createColors(colored) };
}

/** Cuts text into lines of at most `width` characters, between words; a longer word keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
