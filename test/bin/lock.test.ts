import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { broken, validInput } from '../blueprints/valid.ts';
import { tempDir } from '../support/temp-dir.ts';
import { runMain } from './run-main.ts';

it('records what is deployed, and refuses what it would mean otherwise', async () => {
  const folder = tempDir();
  const file = join(folder, 'churn.json');
  const write = (input: unknown) => writeFileSync(file, JSON.stringify(input));
  const columns = () => JSON.parse(readFileSync(join(folder, 'features.lock.json'), 'utf8')).columns;
  const lock = () => runMain(['lock', file]);

  write(validInput());
  expect(await lock()).toMatchObject({ code: 0, out: expect.stringContaining('now holds 6 columns') });
  expect(columns()).toEqual(['id', 'seen_at', 'churned', 'tenure', 'plan', 'active']);
  expect(await lock()).toMatchObject({ code: 0, out: expect.stringContaining('already holds') });

  write(broken('features.fields', validInput().features.fields.toReversed()));
  expect(await lock()).toMatchObject({ code: 0 });
  expect(columns()).toEqual(['id', 'seen_at', 'churned', 'tenure', 'plan', 'active']);

  write(broken('features.fields.0.scale', 'log1p'));
  expect(await lock()).toMatchObject({
    code: 3,
    err: expect.stringContaining('blueprint/features-changed'),
  });
  write(broken('source.key', 'plan'));
  expect((await lock()).err).toContain('blueprint/');
});
