/** The configurations themselves: nothing of this machine, and nothing that Terraform would read as its own. */

import type { TerraformStacks } from '../support/terraform/located.ts';
import { isObject, type TerraformConfig, withoutEscapes } from '../support/terraform/schema.ts';
import { type Checked, checkEach } from './check.ts';

/** Every text of a configuration, with its path. */
function textsIn(value: unknown, path = ''): { readonly path: string; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, i) => textsIn(item, `${path}[${i}]`));
  if (!isObject(value)) return [];
  return Object.entries(value)
    .filter(([key]) => key !== '//')
    .flatMap(([key, item]) => textsIn(item, path === '' ? key : `${path}.${key}`));
}

/** A reference to a block, or a function of Terraform around some. */
const EXPRESSION =
  /^(\w+\()*"?[^"]*"?(data\.|ephemeral\.|each\.|local\.)?[a-z]\w*\.[A-Za-z_][\w-]*(\.[\w*-]+|\[[^\]]*\])*.*$/;
/** A call of functions alone: Terraform asks for the day when it applies. */
const OF_THE_DAY = /^formatdate\("[^"]+", timestamp\(\)\)$/;
/** Folders of machines that build, and of people. */
const ABSOLUTE = /^(\/(home|root|tmp|work|Users|var|opt|github|workspace|builds?)\/|[A-Za-z]:\\)/;

/** Every `${` is a reference to a declared block or the day, or is escaped. */
function strayExpressions(config: TerraformConfig): string[] {
  const declared = new Set(
    (['resource', 'data', 'ephemeral'] as const).flatMap((section) =>
      Object.entries(config[section] ?? {}).flatMap(([type, instances]) =>
        Object.keys(instances).map((name) => `${section === 'resource' ? '' : `${section}.`}${type}.${name}`),
      ),
    ),
  );
  return textsIn(config).flatMap(({ path, text }) => {
    const plain = withoutEscapes(text);
    const inside = [...plain.matchAll(/[$%]\{([^}]*)\}/g)].map(([, code = '']) => code);
    const open = (plain.match(/[$%]\{/g) ?? []).length;
    return [
      ...(open > inside.length ? [`${path} has an expression that does not end`] : []),
      ...inside
        .filter((code) => !OF_THE_DAY.test(code))
        .filter((code) => !EXPRESSION.test(code) || ![...declared].some((one) => code.includes(one)))
        .map((code) => `${path} has \${${code}}, which refers to nothing`),
    ];
  });
}

/** No stack reads another's state, has a path of this machine, or an expression that is not Terraform's. */
export const selfContained = (stacks: TerraformStacks): Checked =>
  checkEach(
    Object.entries(stacks).map(([id, config]) => ({ id, config })),
    ({ config }) => [
      config.data?.terraform_remote_state !== undefined && 'reads the state of another stack',
      config.terraform?.backend === undefined && 'has no backend: its state is where somebody happens to be',
      ...textsIn(config)
        .filter(({ text }) => ABSOLUTE.test(text))
        .map(({ path }) => `${path} is a path of one machine`),
      ...strayExpressions(config),
    ],
  );
