import { InvalidInput, type Problem } from '../core/errors.ts';
import { parseUtc } from '../core/time/utc.ts';
import type { ExportInput } from './config.ts';

const RUN_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws InvalidInput with every problem */
export function checkInput({ runId, from, to }: ExportInput): void {
  const problem = (path: string, message: string, got: string): Problem => ({
    code: 'export/invalid-input',
    path,
    message,
    got,
  });
  const problems: Problem[] = [];
  if (!RUN_ID.test(runId)) problems.push(problem('runId', 'must be [a-z0-9-], at most 63', runId));
  for (const [path, value] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (Number.isNaN(parseUtc(value)))
      problems.push(problem(path, 'must be a time in UTC, 2026-01-31T00:00:00Z', value));
  }
  if (Date.parse(from) >= Date.parse(to)) problems.push(problem('to', `must be after ${from}`, to));
  if (problems.length > 0) throw new InvalidInput('the export', problems);
}
