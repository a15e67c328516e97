import { main } from '../../bin/main.ts';

export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process, with screens of this width that are terminals or not. */
export async function runMain(
  args: readonly string[],
  screen: { readonly isTTY?: boolean; readonly columns?: number } = {},
): Promise<Printed> {
  const printed = { out: '', err: '' };
  const code = await main(args, {
    stdout: { ...screen, write: (text) => (printed.out += asText(text)) },
    stderr: { ...screen, write: (text) => (printed.err += asText(text)) },
  });
  return { code, ...printed };
}

const asText = (text: string | Uint8Array): string =>
  typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
