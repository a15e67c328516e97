/**
 * Expressions of Terraform configurations, checked by Terraform itself without any provider: each block becomes Terraform's
 * builtin `terraform_data`, references are rewritten to match, and `terraform validate` checks syntax, functions and
 * references of every text. It finds `${…}` of a workflow, a dashboard or a query that is not written `$${…}`.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, program } from '../tools.ts';
import { type Body, isObject, listed, type TerraformConfig } from './schema.ts';

/** Terraform from 1.4 on, or OpenTofu. No registry of packages has one, so that CI may lack it. */
export const terraform: Program = {
  ...[program('terraform'), program('tofu')].reduce((one, other) => (one.present ? one : other)),
  name: 'terraform or tofu',
  optional: true,
};

/** Errors of the expressions, and the blocks that were read. */
export interface Evaluated {
  readonly looked: number;
  readonly findings: readonly string[];
}

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly snippet?: { readonly context?: string };
}

/** Returns the errors that Terraform finds in the expressions of a configuration. */
export function checkExpressions(config: TerraformConfig): Evaluated {
  const { document, looked, undeclared } = withoutProviders(config);
  const folder = mkdtempSync(join(tmpdir(), 'mlops-expressions-'));
  try {
    writeFileSync(join(folder, 'main.tf.json'), JSON.stringify(document));
    runIn(folder, 'init', '-input=false', '-no-color');
    const text = runIn(folder, 'validate', '-json');
    const { diagnostics } = JSON.parse(text.slice(text.indexOf('{'))) as {
      diagnostics: readonly Diagnostic[];
    };
    const findings = diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(
        ({ summary, detail, snippet }) =>
          `${snippet?.context ?? ''}: ${summary}: ${detail.replaceAll('\n', ' ')}`,
      );
    return { looked, findings: [...findings, ...undeclared] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function runIn(folder: string, ...args: readonly string[]): string {
  // A person's own settings of Terraform stay out.
  const env = { ...process.env, CHECKPOINT_DISABLE: '1', TF_CLI_CONFIG_FILE: undefined };
  const { stdout, error } = spawnSync(terraform.path, args, { cwd: folder, env, encoding: 'utf8' });
  if (error) throw error;
  return stdout;
}

/** Starts of references to each section. */
const SECTIONS = { resource: '', data: 'data.', ephemeral: 'ephemeral.' } as const;
const REFERENCE = /\b((?:data\.|ephemeral\.)?[a-z][a-z0-9]*_[a-z0-9_]+)\.([A-Za-z_][\w-]*)/g;

/** The same configuration with nothing but builtin blocks. */
function withoutProviders(config: TerraformConfig): {
  readonly document: Body;
  readonly looked: number;
  /** Triggers of a replacement that are nowhere: Terraform says so at its plan and not before. */
  readonly undeclared: readonly string[];
} {
  const names = new Map<string, string>();
  const blocks: { readonly name: string; readonly body: Body }[] = [];
  for (const [section, prefix] of Object.entries(SECTIONS) as [keyof typeof SECTIONS, string][])
    for (const [type, instances] of Object.entries(config[section] ?? {}))
      for (const [id, body] of Object.entries(instances)) {
        const name = `${prefix.replace('.', '_')}${type}__${id}`;
        names.set(`${prefix}${type}.${id}`, name);
        blocks.push({ name, body });
      }
  const rewrite = (value: unknown): unknown => {
    if (typeof value === 'string')
      return value.replace(REFERENCE, (text, type: string, id: string) => {
        const name = names.get(`${type}.${id}`);
        return name === undefined ? text : `terraform_data.${name}.output`;
      });
    if (Array.isArray(value)) return value.map(rewrite);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== '//')
        .map(([key, inner]) => [key, rewrite(inner)]),
    );
  };
  const builtin = Object.fromEntries(blocks.map(({ name, body }) => [name, builtinOf(body, rewrite, names)]));
  const outputs = Object.entries(config.output ?? {}).map(([name, output]) => {
    const { value, sensitive } = output as Body; // the only form of an output
    return [name, { value: rewrite(value), ...(sensitive === true && { sensitive }) }];
  });
  return {
    looked: blocks.length,
    undeclared: blocks
      .flatMap(({ body }) => triggersOf(body))
      .filter((trigger) => BARE.test(trigger) && !names.has(trigger))
      .map((trigger) => `${trigger}: undeclared resource`),
    document: {
      resource: { terraform_data: builtin },
      ...(config.locals && { locals: rewrite(config.locals) }),
      ...(config.variable && { variable: rewrite(config.variable) }),
      ...(outputs.length > 0 && { output: Object.fromEntries(outputs) }),
    },
  };
}

function builtinOf(
  body: Body,
  rewrite: (value: unknown) => unknown,
  names: ReadonlyMap<string, string>,
): Body {
  const { lifecycle, provider, provisioner, connection, depends_on, count, for_each, ...input } = body;
  const triggers = isObject(lifecycle) ? lifecycle.replace_triggered_by : undefined;
  return {
    input: rewrite(input),
    ...(triggers !== undefined && {
      lifecycle: { replace_triggered_by: listed(triggers).map((one) => blockOf(one, names)) },
    }),
    ...(count !== undefined && { count: rewrite(count) }),
    ...(for_each !== undefined && { for_each: rewrite(for_each) }),
    ...(depends_on !== undefined && {
      depends_on: listed(depends_on).map((one) => blockOf(one, names)),
    }),
  };
}

/** A name without an attribute. */
const BARE = /^(?:data\.)?[a-z][a-z0-9_]*\.[\w-]+$/;

const triggersOf = ({ lifecycle }: Body): string[] =>
  isObject(lifecycle) && lifecycle.replace_triggered_by !== undefined
    ? listed(lifecycle.replace_triggered_by).map(String)
    : [];

/** The builtin block of a name that stands alone; anything else stays for Terraform to refuse. */
function blockOf(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const name = names.get(String(value));
  return name === undefined ? value : `terraform_data.${name}`;
}
