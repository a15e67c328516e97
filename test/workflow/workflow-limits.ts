/** Limits of Cloud Workflows that a definition shows (cloud.google.com/workflows/quotas). */

import type { CompiledWorkflow } from '../../constructs/gcp/compile-workflow.ts';
import { isMap } from './workflow-expression.ts';

const MAX_SOURCE_BYTES = 128 * 1024;
const MAX_EXPRESSION = 400;
const MAX_ASSIGNMENTS = 50;
const MAX_CONDITIONS = 50;
const MAX_REQUEST_SEC = 1_800;
const MAX_VARIABLES = 20;
const MAX_VARIABLE_BYTES = 4 * 1024;
/** Words of `next`, and of the language's own steps. */
const RESERVED = ['end', 'break', 'continue', 'main'];

/** The limits that a definition is over, as texts. */
export function problemsOf({ source, variables }: CompiledWorkflow): readonly string[] {
  const problems: string[] = [];
  const require = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  require(Buffer.byteLength(JSON.stringify(source)) <= MAX_SOURCE_BYTES, 'the source is too long');
  require(Object.keys(variables).length <= MAX_VARIABLES, 'too many variables');
  for (const [name, value] of Object.entries(variables)) {
    require(/^(?!GOOGLE|WORKFLOWS)[A-Z][A-Z_]*$/.test(name), `variable ${name}`);
    require(Buffer.byteLength(value) <= MAX_VARIABLE_BYTES, `the value of ${name} is too long`);
  }
  for (const [subworkflow, { steps }] of Object.entries(source)) {
    const names: string[] = [];
    visit(
      steps,
      (value, key) => {
        if (key === 'steps' && Array.isArray(value)) names.push(...value.flatMap(Object.keys));
        if (key === 'assign' && Array.isArray(value))
          require(value.length <= MAX_ASSIGNMENTS, 'assign is too long');
        if (key === 'switch' && Array.isArray(value))
          require(value.length <= MAX_CONDITIONS, 'switch is too long');
        if (key === 'timeout') require(Number(value) <= MAX_REQUEST_SEC, `timeout of ${value} s`);
        if (key === 'predicate') require(String(value).slice(2, -1) in source, `no subworkflow ${value}`);
        if (typeof value === 'string' && value.includes('${')) {
          require(value.length <= MAX_EXPRESSION, `expression of ${value.length} characters`);
          for (const [, name = ''] of value.matchAll(/sys\.get_env\("(\w+)"\)/g))
            require(name in variables, `no variable ${name}`);
        }
      },
      'steps',
    );
    for (const name of names) {
      require(names.filter((one) => one === name).length ===
        1, `step ${name} of ${subworkflow} is not the only one`);
      require(!RESERVED.includes(name), `step ${name} has a name of the language`);
      require(/^[A-Za-z_]\w*$/.test(name), `step ${name} is not a name`);
    }
  }
  return problems;
}

function visit(value: unknown, on: (value: unknown, key: string) => void, key: string): void {
  on(value, key);
  if (Array.isArray(value)) for (const one of value) visit(one, on, '');
  else if (isMap(value)) for (const [name, one] of Object.entries(value)) visit(one, on, name);
}
