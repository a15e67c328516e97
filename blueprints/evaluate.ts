/**
 * The child process that evaluates one blueprint file. It imports the file that its argument names, sends the result to
 * its parent, and ends.
 */

import { pathToFileURL } from 'node:url';
import type { Problem } from '../lambdas/core/errors.ts';
import { plainDataProblems } from './plain-data.ts';
import type { Evaluated } from './run-module.ts';

// Taken before the file is imported, which may replace them.
const exit = process.exit.bind(process);
const send = process.send?.bind(process);

send?.(await evaluate(process.argv[2] ?? ''), () => exit());

async function evaluate(file: string): Promise<Evaluated> {
  try {
    const { blueprint }: { readonly blueprint?: unknown } = await import(pathToFileURL(file).href);
    if (blueprint === undefined) return { kind: 'no-export' };
    const problems = plainDataProblems(blueprint);
    return problems.length > 0 ? { kind: 'refused', problems } : { kind: 'blueprint', blueprint };
  } catch (error) {
    return thrown(error);
  }
}

/** The error as data. Anything can be thrown, also an object that throws when it is read. */
function thrown(error: unknown): Evaluated {
  try {
    if (!(error instanceof Error)) return { kind: 'thrown', message: String(error) };
    // Compared by name: the file may import this package from another folder.
    if (error.name !== 'InvalidInput') return { kind: 'thrown', message: String(error.message) };
    const { subject, problems } = error as Error & {
      readonly subject: string;
      readonly problems: readonly Problem[];
    };
    return { kind: 'refused', subject: String(subject), problems: JSON.parse(JSON.stringify(problems)) };
  } catch {
    return { kind: 'thrown', message: 'the error cannot be read' };
  }
}
