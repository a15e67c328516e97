import { describe, expect, it } from 'vitest';
import { type ApiTypes, bodyProblems } from './azapi-types.ts';

const ref = (index: number) => ({ $ref: `#/${index}` });

/** Types in the form of azapi's own, of a resource that has one of each kind. */
const TYPES: ApiTypes = {
  'Microsoft.Test@2026-01-01': [
    { $type: 'ResourceType', name: 'Microsoft.Test/things@2026-01-01', body: ref(1) },
    {
      $type: 'ObjectType',
      properties: {
        id: { type: ref(2), flags: 10 },
        name: { type: ref(2), flags: 9 },
        location: { type: ref(2), flags: 1 },
        tags: { type: ref(9), flags: 0 },
        properties: { type: ref(3), flags: 0 },
      },
    },
    { $type: 'StringType' },
    {
      $type: 'ObjectType',
      properties: {
        size: { type: ref(4), flags: 0 },
        mode: { type: ref(5), flags: 1 },
        code: { type: ref(8), flags: 0 },
        on: { type: ref(10), flags: 0 },
        parts: { type: ref(11), flags: 0 },
        any: { type: ref(12), flags: 0 },
        state: { type: ref(2), flags: 2 },
        user: { type: ref(13), flags: 0 },
      },
    },
    { $type: 'IntegerType', minValue: 1, maxValue: 5 },
    { $type: 'UnionType', elements: [ref(6), ref(7)] },
    { $type: 'StringLiteralType', value: 'fast' },
    { $type: 'StringLiteralType', value: 'slow' },
    { $type: 'StringType', minLength: 2, maxLength: 4, pattern: '^[a-z]+$' },
    { $type: 'ObjectType', properties: {}, additionalProperties: ref(2) },
    { $type: 'BooleanType' },
    { $type: 'ArrayType', itemType: ref(4) },
    { $type: 'AnyType' },
    { $type: 'DiscriminatedObjectType', discriminator: 'kind', baseProperties: {}, elements: { a: ref(14) } },
    { $type: 'ObjectType', properties: { kind: { type: ref(2), flags: 1 }, x: { type: ref(4), flags: 1 } } },
  ],
};

const sound = {
  mode: 'fast',
  size: 3,
  code: 'abc',
  on: true,
  parts: [1],
  any: {},
  user: { kind: 'a', x: 1 },
};
const problemsOf = (properties: object, rest: object = {}) =>
  bodyProblems(TYPES, 'Microsoft.Test/things@2026-01-01', { location: 'here', properties, ...rest });

describe("a body against the types of the vendor's API", () => {
  it('has no problems where nothing is wrong, and none for what Terraform computes', () => {
    expect(problemsOf(sound, { tags: { a: 'b' } })).toEqual([]);
    expect(problemsOf({ ...sound, size: `\${a_b.C.size}`, parts: `\${a_b.C.parts}` })).toEqual([]);
  });

  it.each<[change: object, problem: RegExp]>([
    [{ mode: 'quick' }, /\.properties\.mode is not one of its values/],
    [{ size: 6 }, /\.size is not a whole number from 1 to 5: 6/],
    [{ size: 'three' }, /\.size is not a whole number/],
    [{ code: 'ABC' }, /\.code is not a text of 2 to 4 characters like/],
    [{ code: 'abcde' }, /\.code is not a text/],
    [{ on: 'yes' }, /\.on is not true or false/],
    [{ parts: [1, 9] }, /\.parts\[1\] is not a whole number/],
    [{ parts: 1 }, /\.parts is not a list/],
    [{ colour: 'red' }, /\.colour is unknown/],
    [{ state: 'on' }, /\.state is read-only/],
    [{ user: { kind: 'b' } }, /\.user\.kind is not one of a/],
    [{ user: { kind: 'a' } }, /\.user\.x is missing/],
    [{ user: 'a' }, /\.user is not an object/],
  ])('has a problem for %o', (change, problem) => {
    const problems = problemsOf({ ...sound, ...change });
    expect(problems).toHaveLength(1);
    expect(problems.join()).toMatch(problem);
  });

  it('has a problem for what is missing, and for types that are not there', () => {
    expect(problemsOf({ size: 1 })).toEqual(['.properties.mode is missing']);
    expect(bodyProblems(TYPES, 'Microsoft.Test/things@2026-01-01', {})).toEqual(['.location is missing']);
    expect(bodyProblems(TYPES, 'Microsoft.Test/others@2026-01-01', {})).toEqual([
      'Microsoft.Test/others@2026-01-01 has no types',
    ]);
  });
});
