import { printable } from '../../blueprints/printable.ts';
import { closest } from '../../lambdas/core/closest.ts';
import { ERROR_CODES, type ErrorCode, errorAreas } from '../../lambdas/core/error-codes/index.ts';
import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { AddCommand } from '../command.ts';
import type { Answer } from '../output.ts';
import type { Page } from '../page.ts';

export const addExplain: AddCommand = (program, _, run) => {
  program
    .command('explain')
    .description('show what an error code means and what to do, or list all codes')
    .argument('[code]', 'as an error shows it: csv/nul (default: list all codes)')
    .action((code: string | undefined) =>
      run('explain', async () => (code === undefined ? allCodes() : explain(code))),
    );
};

/**
 * Explains one code.
 *
 * @param given - With or without the brackets that errors put around it.
 * @throws InvalidInput `usage/code`
 */
export function explain(given: string): Answer {
  const code = given.trim().replace(/^\[(.*)\]$/, '$1');
  if (!isErrorCode(code)) throw unknownCode(code);
  const { meaning, fix } = ERROR_CODES[code];
  return {
    data: { code, meaning, fix },
    text: ({ colors }) => `${colors.bold(code)}\n  ${meaning}\n  fix: ${fix}`,
  };
}

function allCodes(): Answer {
  const areas = errorAreas();
  return {
    data: { codes: areas.flatMap(({ codes }) => codes.map((code) => ({ code, ...ERROR_CODES[code] }))) },
    text: (page) => areas.map(({ area, codes }) => areaText(area, codes, page)).join('\n\n'),
  };
}

function areaText(area: string, codes: readonly ErrorCode[], { colors }: Page): string {
  const width = Math.max(...codes.map(({ length }) => length));
  return [
    colors.bold(area),
    ...codes.map((code) => `  ${code.padEnd(width)}  ${ERROR_CODES[code].meaning}`),
  ].join('\n');
}

const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERROR_CODES, text);

function unknownCode(code: string): InvalidInput {
  const guess = closest(code, Object.keys(ERROR_CODES));
  return new InvalidInput('mlops explain', [
    {
      code: 'usage/code',
      path: '<code>',
      message: 'is not an error code of this program',
      got: `'${printable(code)}'`,
      fix: guess === undefined ? 'mlops explain lists all codes' : `did you mean ${guess}?`,
    },
  ]);
}
