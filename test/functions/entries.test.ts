import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, type FunctionName } from '../../lambdas/functions.ts';
import { MONITOR_STEPS, STEPS } from '../../lambdas/pipeline.ts';

const LAMBDAS = join(import.meta.dirname, '../../lambdas');
const NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // its keys
const MOST_STATEMENTS = 5;

/** Statements beside imports: as the code is formatted, each ends a line with a semicolon. */
const statementsOf = (source: string): number =>
  source.split('\n').filter((line) => line.endsWith(';') && !line.startsWith('import ')).length;

describe('the entries of functions', () => {
  it('has an entry for every function, and for no other', () => {
    const found = readdirSync(LAMBDAS).filter((name) => existsSync(join(LAMBDAS, name, 'aws.ts')));
    expect(found.filter((name) => name !== 'runtime').sort()).toEqual([...NAMES].sort());
    for (const step of [...STEPS, ...MONITOR_STEPS]) expect(NAMES).toContain(step);
  });

  it.each(NAMES)('loads %s where nothing is configured, and fails only when called', async (name) => {
    const { handler, ...more } = await import(`../../lambdas/${name}/aws.ts`);
    expect(Object.keys(more)).toEqual([]);
    const thrown = await handler({}, { awsRequestId: 'r' }).catch((error: Error) => error);
    expect(thrown).toMatchObject({ name: 'Permanent' });
    expect(JSON.parse(thrown.message)).toMatchObject({ code: 'config/unreadable' });
  });

  it.each(NAMES)('holds no rules in the entry of %s', (name) => {
    const source = readFileSync(join(LAMBDAS, name, 'aws.ts'), 'utf8');
    expect(statementsOf(source)).toBeGreaterThan(0);
    expect(statementsOf(source)).toBeLessThanOrEqual(MOST_STATEMENTS);
  });
});
