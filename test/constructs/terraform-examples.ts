/** Runs the examples of constructs for Terraform in stacks of somebody else, in the manner of a reader who copies them. */

import * as cdktf from 'cdktf';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../constructs/config/schema.ts';
import type { TerraformStack } from '../../constructs/shared/cdktf.ts';
import { examplesIn, sources } from '../structure/public-api.ts';
import { foreignTerraformStack } from '../support/synth-terraform.ts';
import { blocksOf } from '../support/terraform/located.ts';
import type { TerraformConfig } from '../support/terraform/schema.ts';

export interface CloudExamples {
  /** As the suite names it. */
  readonly title: string;
  readonly cloud: 'gcp' | 'azure';
  /** Everything that the cloud exports. */
  readonly exported: Readonly<Record<string, unknown>>;
  configOf(environment: 'dev' | 'staging', change: Partial<EnvironmentInput>): Promise<ResolvedConfig>;
  /** Everything that a function is bound to. */
  bindingsOf(scope: Construct, config: ResolvedConfig): object;
}

/** Holds that each exported class has an example, and that each example makes resources. */
export function describeExamples({ title, cloud, exported, configOf, bindingsOf }: CloudExamples): void {
  const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
    cdktf: { ...cdktf },
    [`mlops-blueprint/${cloud}`]: exported,
  };

  /** Runs the lines of an example in somebody else's stack, beside everything that a function is bound to. */
  async function run(code: string): Promise<TerraformStack> {
    const stack = foreignTerraformStack();
    const environment = code.includes("encryption: 'customer'") ? 'staging' : 'dev';
    const config = await configOf(environment, { alertTo: ['ml-alerts@example.com'] });
    const given: Record<string, unknown> = {
      stack,
      config,
      bindings: bindingsOf(new Construct(stack, 'Given'), config),
    };
    const body = code.replaceAll(/^import \{ (.+) \} from '(.+)';$/gm, (_, names: string, module: string) => {
      for (const name of names.split(', ')) given[name] = modules[module]?.[name];
      return '';
    });
    new Function(...Object.keys(given), `{ ${body}\n}`)(...Object.values(given));
    return stack;
  }

  describe(title, () => {
    const examples = sources([`constructs/${cloud}`]).flatMap(({ text }) => examplesIn(text));

    it('include one for each class that is exported', () => {
      const classes = Object.keys(exported).filter((name) => /^[A-Z]/.test(name));
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
}
