import * as cdk from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import { describe, expect, it } from 'vitest';
import * as aws from '../../../constructs/aws/index.ts';
import { examplesIn, sources } from '../../structure/public-api.ts';
import { allBindings, exampleConfig } from './example.ts';

const MODULES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'aws-cdk-lib': { ...cdk },
  'aws-cdk-lib/aws-ec2': { ...ec2 },
  'aws-cdk-lib/aws-kms': { ...kms },
  'aws-cdk-lib/aws-sns-subscriptions': { ...subscriptions },
  'mlops-blueprint/aws': aws,
};

/** Runs the lines of an example in a stack of its own, beside one with everything that a function is bound to. */
async function run(code: string): Promise<cdk.Stack> {
  const app = new cdk.App();
  const stack = new cdk.Stack(app, 'Reader');
  const config = await exampleConfig('dev', { alertTo: ['ml-alerts@example.com'] });
  const given: Record<string, unknown> = {
    stack,
    config,
    bindings: allBindings(new cdk.Stack(app, 'Data'), config),
  };
  const body = code.replaceAll(/^import \{ (.+) \} from '(.+)';$/gm, (_, names: string, module: string) => {
    for (const name of names.split(', ')) given[name] = MODULES[module]?.[name];
    return '';
  });
  new Function(...Object.keys(given), `{ ${body}\n}`)(...Object.values(given));
  return stack;
}

describe('the @example of', () => {
  const examples = sources(['constructs/aws']).flatMap(({ text }) => examplesIn(text));

  it.each(examples)('$of makes resources in a stack of its own', async ({ of, code }) => {
    const stack = await run(code);
    const { Resources } = Template.fromStack(stack).toJSON() as { Resources: object };
    expect(Object.keys(Resources).length).toBeGreaterThan(0);
    const made = stack.node.findAll().map((construct) => construct.constructor.name);
    if (/^[A-Z]/.test(of)) expect(made).toContain(of);
  });
});
