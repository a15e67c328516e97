import * as cdktf from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import * as gcp from '../../../constructs/gcp/index.ts';
import type { TerraformStack } from '../../../constructs/shared/cdktf.ts';
import { examplesIn, sources } from '../../structure/public-api.ts';
import { foreignTerraformStack } from '../../support/synth-terraform.ts';
import { blocksOf } from '../../support/terraform/located.ts';
import type { TerraformConfig } from '../../support/terraform/schema.ts';
import { exampleGcpConfig, gcpBindings } from './example.ts';

const MODULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  cdktf: { ...cdktf },
  'mlops-blueprint/gcp': gcp,
};

/** Runs the lines of an example in somebody else's stack, beside everything that a function is bound to. */
async function run(code: string): Promise<TerraformStack> {
  const stack = foreignTerraformStack();
  const environment = code.includes("encryption: 'customer'") ? 'staging' : 'dev';
  const config = await exampleGcpConfig(environment, { alertTo: ['ml-alerts@example.com'] });
  const given: Record<string, unknown> = {
    stack,
    config,
    bindings: gcpBindings(new Construct(stack, 'Given'), config),
  };
  const body = code.replaceAll(/^import \{ (.+) \} from '(.+)';$/gm, (_, names: string, module: string) => {
    for (const name of names.split(', ')) given[name] = MODULES[module]?.[name];
    return '';
  });
  new Function(...Object.keys(given), `{ ${body}\n}`)(...Object.values(given));
  return stack;
}

describe('the examples of constructs on Google Cloud', () => {
  const examples = sources(['constructs/gcp']).flatMap(({ text }) => examplesIn(text));

  it('include one for each class that is exported', () => {
    const classes = Object.keys(gcp).filter((name) => /^[A-Z]/.test(name));
    expect(examples.map((example) => example.of).sort()).toEqual(classes.sort());
  });

  it.each(examples)('$of makes resources in a stack of its own', async ({ of, code }) => {
    const stack = await run(code);
    const made = stack.node.findAll().filter((one) => !one.node.path.startsWith('Foreign/Given'));
    expect(made.map((construct) => construct.constructor.name)).toContain(of);
    const model = stack.toTerraform() as TerraformConfig; // the form that it is written in
    const own = blocksOf({ model }).filter(({ name }) => !name.startsWith('Given_'));
    expect(own.length).toBeGreaterThan(0);
    // Terraform's own check of names and references is left to the tests of whole stacks.
    expect(JSON.stringify(model)).not.toContain('TfToken');
  });
});
