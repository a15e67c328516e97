import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { blueprint as bankMarketing } from '../../blueprints/bank-marketing/blueprint.ts';
import { blueprintJsonSchema } from '../../blueprints/index.ts';
import { broken, validInput } from './valid.ts';

interface Node {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly description?: string;
}

describe('blueprintJsonSchema', () => {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(blueprintJsonSchema());

  it('accepts a blueprint as written, and as parsed', () => {
    expect(validate(validInput()), JSON.stringify(validate.errors)).toBe(true);
    expect(validate(JSON.parse(JSON.stringify(bankMarketing))), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    ['an unknown field', broken('cloud', 'aws')],
    ['a bad name', broken('name', 'Churn')],
    ['a mark that reorders text', broken('owner', 'a\u202eb')],
    ['a share of 10', broken('serving.capture.share', 10)],
  ])('refuses %s', (_, input) => {
    expect(validate(input)).toBe(false);
  });

  it('describes every section and every field of a blueprint', () => {
    const { properties = {} } = blueprintJsonSchema() as Node;
    const undescribed = Object.entries(properties).flatMap(([name, section]) =>
      [
        [name, section] as const,
        ...Object.entries(section.properties ?? {}).map(([key, node]) => [`${name}.${key}`, node] as const),
      ]
        .filter(([, node]) => node.description === undefined)
        .map(([path]) => path),
    );
    expect(undescribed).toEqual([]);
  });
});
