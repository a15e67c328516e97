import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';

/** The number of a version, or undefined where none is given. @throws InvalidInput `usage/version` */
export function parseVersion(command: string, text: string): number;
export function parseVersion(command: string, text: string | undefined): number | undefined;
export function parseVersion(command: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,8}$/.test(text)) return text === undefined ? undefined : Number(text);
  const problem: Problem = {
    code: 'usage/version',
    path: '<version>',
    message: 'must be a whole number',
    got: `'${text}'`,
    allowed: '1 to 999999999',
  };
  throw new InvalidInput(`mlops ${command}`, [problem]);
}
