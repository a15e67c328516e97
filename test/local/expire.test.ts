import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createObjectStore } from '../../lambdas/adapters/local/object-store.ts';
import { expireObjects } from '../../lambdas/local/expire.ts';
import { tempDir } from '../support/temp-dir.ts';

const NOW = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;

async function storeOf(ages: Readonly<Record<string, number>>) {
  const root = tempDir();
  const objects = createObjectStore(root);
  for (const [key, days] of Object.entries(ages)) {
    await objects.write(key, [Buffer.from(key)]);
    const at = (NOW - days * DAY_MS) / 1000;
    await utimes(join(root, key), at, at);
  }
  const logged: string[] = [];
  const ports = { objects, logger: { info: (event: string) => logged.push(event) } };
  const left = async () => {
    const keys: string[] = [];
    for await (const key of objects.list('')) keys.push(key);
    return keys;
  };
  return { ports, left, logged };
}

describe('the end of old objects on one machine', () => {
  it('deletes the objects of a prefix that are as old as it is kept, and no others', async () => {
    const { ports, left } = await storeOf({
      'exports/2026-01-01/r1/part-0.csv.gz': 35,
      'exports/2026-05-01/r2/part-0.csv.gz': 34.9,
      'models/1/model.ubj': 4_000,
      'reports/drift/x.json': 4_000,
    });
    const expiries = [
      { prefix: 'exports/', days: 35 },
      { prefix: 'reports/drift/', days: undefined },
    ];
    expect(await expireObjects(ports, expiries, NOW)).toBe(1);
    expect(await left()).toEqual([
      'exports/2026-05-01/r2/part-0.csv.gz',
      'models/1/model.ubj',
      'reports/drift/x.json',
    ]);
    expect(await expireObjects(ports, expiries, NOW)).toBe(0);
  });

  it('deletes parts of the feature store, and never their list', async () => {
    const { ports, left } = await storeOf({
      'features/churn/v1/_manifest.json': 900,
      'features/churn/v1/date=2024-01-01/part-r1.csv.gz': 900,
      'features/churn/v1/date=2026-05-01/part-r2.csv.gz': 31,
    });
    await expireObjects(ports, [{ prefix: 'features/churn/v1/date=', days: 200 }], NOW);
    expect(await left()).toEqual([
      'features/churn/v1/_manifest.json',
      'features/churn/v1/date=2026-05-01/part-r2.csv.gz',
    ]);
  });
});
