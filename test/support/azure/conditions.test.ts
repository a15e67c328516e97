import { describe, expect, it } from 'vitest';
import { type ConditionRequest, readCondition } from './conditions.ts';

const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const BLOBS = `${CONTAINERS}/blobs`;

/** A call on a blob, or a list of blobs. */
const call = (
  action: string,
  { container = 'blobs-example-container', path, prefix }: Record<string, string>,
): ConditionRequest => ({
  action: `${BLOBS}/${action}`,
  ...(prefix !== undefined && { subOperation: 'Blob.List' }),
  attributes: {
    [`@Resource[${CONTAINERS}:name]`]: container,
    ...(path !== undefined && { [`@Resource[${BLOBS}:path]`]: path }),
    ...(prefix !== undefined && { [`@Request[${BLOBS}:prefix]`]: prefix }),
  },
});

/** learn.microsoft.com/azure/storage/blobs/storage-auth-abac-examples: the one that reads and lists below a path. */
const READ_OR_LIST = `
(
 (
  !(ActionMatches{'${BLOBS}/read'} AND NOT SubOperationMatches{'Blob.List'})
 )
 OR
 (
  @Resource[${CONTAINERS}:name] StringEquals 'blobs-example-container'
  AND
  @Resource[${BLOBS}:path] StringStartsWith 'readonly/'
 )
)
AND
(
 (
  !(ActionMatches{'${BLOBS}/read'} AND SubOperationMatches{'Blob.List'})
 )
 OR
 (
  @Resource[${CONTAINERS}:name] StringEquals 'blobs-example-container'
  AND
  @Request[${BLOBS}:prefix] StringStartsWith 'readonly/'
 )
)`;

/** The same page: the one that writes below a path of a container. */
const WRITE = `
(
 (
  !(ActionMatches{'${BLOBS}/write'})
  AND
  !(ActionMatches{'${BLOBS}/add/action'})
 )
 OR
 (
  @Resource[${CONTAINERS}:name] StringEquals 'blobs-example-container'
  AND
  @Resource[${BLOBS}:path] StringLike 'uploads/contoso/*'
 )
)`;

describe("a condition of the vendor's examples", () => {
  it.each<[title: string, condition: string, request: ConditionRequest, allowed: boolean]>([
    ['allows a read below the path', READ_OR_LIST, call('read', { path: 'readonly/Example6.txt' }), true],
    ['refuses a read elsewhere', READ_OR_LIST, call('read', { path: 'Ungranted.txt' }), false],
    [
      'refuses a read in another container',
      READ_OR_LIST,
      call('read', { container: 'b', path: 'readonly/x' }),
      false,
    ],
    ['allows a list below the path', READ_OR_LIST, call('read', { prefix: 'readonly/' }), true],
    ['refuses a list of the container', READ_OR_LIST, call('read', { prefix: '' }), false],
    ['says nothing of another action', READ_OR_LIST, call('write', { path: 'x' }), true],
    ['allows a write below the path', WRITE, call('write', { path: 'uploads/contoso/Example7.txt' }), true],
    ['refuses a write elsewhere', WRITE, call('write', { path: 'Example7.txt' }), false],
    ['refuses to add elsewhere', WRITE, call('add/action', { path: 'uploads/x' }), false],
    ['says nothing of a read', WRITE, call('read', { path: 'x' }), true],
  ])('%s', (_, condition, request, allowed) => {
    expect(readCondition(condition)(request)).toBe(allowed);
  });
});

describe("an operator of the vendor's table", () => {
  // learn.microsoft.com/azure/role-based-access-control/conditions-format#operator-examples
  it.each([
    ["ActionMatches{'Microsoft.Authorization/roleAssignments/*'}", true],
    ["ActionMatches{'Microsoft.Authorization/roleDefinitions/*'}", false],
    ["@Resource[name1] StringLike 'a*c?'", true],
    ["@Resource[name1] StringLike 'A*C?'", false],
    ["@Resource[name1] StringLike 'a*c'", false],
    ["@Resource[name1] StringNotEquals 'abcd'", false],
    ["@Resource[name1] StringEqualsIgnoreCase 'ABCD'", true],
    ["@Resource[name2] StringStartsWith ''", false], // the call does not have it
  ])('evaluates %s as %s', (condition, expected) => {
    const request = {
      action: 'Microsoft.Authorization/roleAssignments/write',
      attributes: { '@Resource[name1]': 'abcd' },
    } as const;
    expect(readCondition(condition)(request)).toBe(expected);
  });
});

describe('a text that is not a condition', () => {
  it.each([
    ['', /expected name/],
    ["ActionMatches{'a'} AND ActionMatches{'b'} OR ActionMatches{'c'}", /need parentheses/],
    ["(ActionMatches{'a'}", /expected \)/],
    ["ActionMatches{'a'} )", /after the end/],
    ['Exists @Resource[a]', /Exists is not of the subset/],
    ["@Resource[a] NumericEquals '1'", /NumericEquals is not of the subset/],
    ["@Principal[a] StringEquals 'b'", /cannot read/],
  ])('is refused: %s', (text, message) => {
    expect(() => readCondition(text)).toThrow(message);
  });
});
