import { describe, expect, it } from 'vitest';
import { objectCondition } from '../../../constructs/azure/permissions/objects.ts';
import { type AccessRequest, blobAccess, parseCondition } from './condition.ts';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const NAME = 'Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name]';
const asked = (value: string): AccessRequest => ({ action: 'a/read', attributes: { [NAME]: value } });
const holds = (text: string, request: AccessRequest) => parseCondition(text)(request);

describe('a condition of a role assignment', () => {
  // The operator examples of conditions-format.
  it.each([
    ["StringLike 'a*c?'", true],
    ["StringLike 'A*C?'", false],
    ["StringLike 'a*c'", false],
    ["StringEquals 'abcd'", true],
    ["StringEquals 'abc'", false],
    ["StringStartsWith 'ab'", true],
    ["ForAnyOfAnyValues:StringEquals {'x', 'abcd'}", true],
    ["ForAnyOfAnyValues:StringEquals {'x', 'y'}", false],
  ])('compares abcd by %s: %s', (comparison, expected) => {
    expect(holds(`@${NAME} ${comparison}`, asked('abcd'))).toBe(expected);
    expect(holds(`NOT @${NAME} ${comparison}`, asked('abcd'))).toBe(!expected);
  });

  it.each([
    ['Microsoft.Authorization/roleAssignments/*', true],
    ['Microsoft.Authorization/roleDefinitions/*', false],
  ])('matches the action of a pattern %s: %s', (pattern, expected) => {
    const request = { action: 'Microsoft.Authorization/roleAssignments/write', attributes: {} };
    expect(holds(`ActionMatches{'${pattern}'}`, request)).toBe(expected);
  });

  // The example of conditions-format: blobs of one container may be read, and other actions are free.
  it('allows what it does not name', () => {
    const text = `((!(ActionMatches{'${BLOBS}/read'})) OR (@${NAME} StringEquals 'blobs-example-container'))`;
    const of = (action: string, container: string) =>
      holds(text, { action: `${BLOBS}/${action}`, attributes: { [NAME]: container } });
    expect([of('read', 'blobs-example-container'), of('read', 'other'), of('write', 'other')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is refused with AND and OR side by side', () => {
    const one = `@${NAME} StringEquals 'a'`;
    expect(() => parseCondition(`${one} AND ${one} OR ${one}`)).toThrow('without parentheses');
    expect(holds(`(${one} && ${one}) || ${one}`, asked('a'))).toBe(true);
  });

  it.each(["@Resource[x] StringEqual 'a'", "(@Resource[x] StringEquals 'a'", 'ActionMatches{}', "'a'", '§'])(
    'is refused as %s',
    (text) => {
      expect(() => parseCondition(text)).toThrow();
    },
  );
});

describe('the condition of an app on blobs', () => {
  const condition = parseCondition(
    objectCondition({ read: ['models/', 'release/state.json'], list: ['models/'], create: ['runs/'] }),
  );
  const may = (method: string, path: string) => condition(blobAccess(method, path));

  it.each([
    ['GET', '/models/1/model.ubj', true],
    ['HEAD', '/release/state.json', true],
    ['GET', '/release/state.json.old', false],
    ['GET', '/runs/1/data.json', false],
    ['GET', '/?restype=container&comp=list&prefix=models%2F1', true],
    ['GET', '/?restype=container&comp=list&prefix=runs%2F', false],
    ['GET', '/?restype=container&comp=list', false],
    ['PUT', '/runs/1/data.json', true],
    ['PUT', '/runs/1/data.json?comp=block&blockid=MQ', true],
    ['PUT', '/runs/1/data.json?comp=blocklist', true],
    ['PUT', '/models/1/model.ubj', false],
    ['PUT', '/models%2F1/model.ubj', false],
    ['PUT', '/predictions/a.jsonl?comp=appendblock', false],
  ])('decides about %s %s: %s', (method, path, expected) => {
    expect(may(method, path)).toBe(expected);
  });
});
