import { describe, expect, it } from 'vitest';
import { objectCondition } from '../../../constructs/azure/permissions/objects.ts';
import { blobAccess } from './blob-access.ts';
import { readCondition } from './conditions.ts';

describe('the condition of an app on blobs', () => {
  const condition = readCondition(
    objectCondition({ read: ['models/', 'release/state.json'], list: ['models/'], create: ['runs/'] }),
  );
  const may = (method: string, path: string) => condition(blobAccess(method, path));

  it.each([
    ['GET', '/models/1/model.ubj', true],
    ['HEAD', '/release/state.json', true],
    ['GET', '/release/state.json.old', false],
    ['GET', '/runs/1/data.json', true], // a conditional write is judged by it
    ['GET', '/batch/1/data.json', false],
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
