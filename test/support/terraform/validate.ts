/**
 * A `cdk.tf.json` against the schemas of the real providers, as `terraform validate` checks it, without Terraform. Enums,
 * patterns, ranges and fields that exclude each other are in no schema: see rules.ts.
 */

import { bodiesOf, checkBody } from './blocks.ts';
import {
  checkReferences,
  type Referable,
  referenceProblem,
  type SchemaOf,
  traversalProblem,
} from './references.ts';
import {
  type Body,
  type Finding,
  isObject,
  listed,
  type ProviderSchema,
  type Report,
  type TerraformConfig,
} from './schema.ts';

/** Sections of blocks, with the property of a schema that has their types. */
const SECTIONS = { resource: 'resources', data: 'data_sources', ephemeral: 'ephemeral_resources' } as const;

/** Findings, and how many blocks were compared with a schema. */
export interface Validated {
  readonly looked: number;
  readonly findings: readonly Finding[];
}

/** Returns everything that a provider's schema, or a missing declaration, makes wrong in a configuration. */
export function validate(config: TerraformConfig, schemas: readonly ProviderSchema[]): Validated {
  const findings: Finding[] = [];
  const report: Report = (code, path, message, severity = 'error') =>
    findings.push({ severity, code, path, message });
  const providers = providersOf(config, schemas, report);
  const schemaOf: SchemaOf = (section, type, body) => {
    const local = (typeof body.provider === 'string' ? body.provider : type).split(/[_.]/, 1)[0] ?? '';
    return providers.get(local)?.[SECTIONS[section]]?.[type];
  };
  const problemOf = (reference: string) => referenceProblem(reference, config, schemaOf);
  let looked = 0;
  for (const section of Object.keys(SECTIONS) as Referable[])
    for (const [type, instances] of Object.entries(config[section] ?? {}))
      for (const [name, body] of Object.entries(instances)) {
        const path = `${section === 'resource' ? '' : `${section}.`}${type}.${name}`;
        const block = schemaOf(section, type, body);
        if (block === undefined) {
          // The pruned schemas carry no ephemeral types.
          if (section !== 'ephemeral')
            report('no-type', path, `${type} is in no schema: misspelt, or left out of the pruned ones`);
          continue;
        }
        looked += 1;
        checkBody(body, block, path, report, section);
        if (section === 'resource' && body.id !== undefined && block.attributes?.id?.computed)
          report('read-only', `${path}.id`, 'id cannot be set');
        checkMeta(body, path, config, report, problemOf, (ignored) => traversalProblem(`.${ignored}`, block));
      }
  checkProviders(config, providers, report);
  const prefixes = [...providers.keys()];
  for (const section of ['resource', 'data', 'ephemeral', 'provider', 'output', 'locals', 'module'] as const)
    checkReferences(config[section] ?? {}, section, prefixes, problemOf, report);
  return { looked, findings };
}

type Providers = ReadonlyMap<string, ProviderSchema>;

/** `azurerm`, `Azure/azapi` and whole addresses as lower-case `namespace/type`. */
function providerName(source: string | undefined, local: string): string {
  const parts = (source ?? local).toLowerCase().split('/');
  return `${parts.at(-2) ?? 'hashicorp'}/${parts.at(-1)}`;
}

function providersOf(
  { terraform }: TerraformConfig,
  schemas: readonly ProviderSchema[],
  report: Report,
): Providers {
  const providers = new Map<string, ProviderSchema>();
  for (const [local, { source, version }] of Object.entries(terraform?.required_providers ?? {})) {
    const name = providerName(source, local);
    const schema = schemas.find(({ provider }) => provider.toLowerCase() === name);
    const path = `terraform.required_providers.${local}`;
    if (schema === undefined) {
      report('no-schema', path, `no schema of ${name} is loaded`);
      continue;
    }
    if (version?.replace(/^=\s*/, '') !== schema.version)
      report('schema-version', path, `version ${version}, but the schema is of ${schema.version}`);
    providers.set(local, schema);
  }
  return providers;
}

/** `depends_on`, `ignore_changes` and `provider` of one block. */
function checkMeta(
  body: Body,
  path: string,
  { provider = {} }: TerraformConfig,
  report: Report,
  problemOf: (reference: string) => string | undefined,
  ignoredProblem: (name: string) => string | undefined,
): void {
  for (const reference of listed(body.depends_on ?? [])) {
    const problem = problemOf(String(reference));
    if (problem !== undefined) report('reference', `${path}.depends_on`, problem);
  }
  const lifecycle = isObject(body.lifecycle) ? body.lifecycle : {};
  for (const ignored of listed(lifecycle.ignore_changes ?? [])) {
    const problem = ignored === 'all' ? undefined : ignoredProblem(String(ignored));
    if (problem !== undefined)
      report('ignore-changes', `${path}.lifecycle`, `${String(ignored)}: ${problem}`);
  }
  if (typeof body.provider !== 'string') return;
  const [local = '', alias] = body.provider.split('.');
  if (!listed(provider[local] ?? []).some((one) => isObject(one) && one.alias === alias))
    report('reference', `${path}.provider`, `provider ${body.provider} is not configured`);
}

function checkProviders(
  { provider = {}, terraform }: TerraformConfig,
  providers: Providers,
  report: Report,
): void {
  for (const [local, bodies] of Object.entries(provider)) {
    if (!(local in (terraform?.required_providers ?? {})))
      report('no-schema', `provider.${local}`, 'not in required_providers');
    const schema = providers.get(local);
    if (schema === undefined) continue;
    for (const [path, body] of bodiesOf(bodies, `provider.${local}`, report))
      checkBody(body, schema.provider_block, path, report, 'provider');
  }
}
