import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createPorts } from '../../../lambdas/adapters/local/create-ports.ts';
import type { SourceDatabase } from '../../../lambdas/ports/source-database.ts';
import { modelEvent } from '../../contracts/events.ts';
import { tempDir } from '../../support/temp-dir.ts';

const DATABASE: SourceDatabase = {
  snapshot: () => Promise.reject(new Error('not used')),
  close: async () => {},
};
const AT = Date.UTC(2026, 2, 1, 9, 30);

function setUp() {
  const root = join(tempDir(), 'state');
  const ports = createPorts({ root, clock: createVirtualClock(AT), source: async () => DATABASE });
  const jsonLines = (name: string): unknown[] =>
    readFileSync(join(root, name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { root, ports, jsonLines };
}

describe('the local ports', () => {
  it('puts all local ports into one folder, each in its place', async () => {
    const { root, ports, jsonLines } = setUp();
    await ports.objects.write('a/b', [Buffer.from('x')]);
    await ports.online.put([{ key: 'k', at: 1, values: new Map([['v', 1]]) }]);
    await ports.predictions.append([{ at: AT, line: '{"id":"p"}' }]);
    await ports.events.publish(modelEvent('e'));
    ports.metrics.emit({ model: 'm' }, { LatencyMs: [3.5, 'Milliseconds'] });
    await ports.notifier.notify({ severity: 'alarm', subject: 's', body: 'line 1\nline 2' });
    ports.logger.info('run.started');
    await ports.settled();

    expect(readFileSync(join(root, 'objects/a/b'), 'utf8')).toBe('x');
    expect(await ports.online.get('k')).toMatchObject({ at: 1 });
    expect(jsonLines('events.jsonl')).toEqual([modelEvent('e')]);
    expect(jsonLines('metrics.jsonl')).toEqual([
      { at: AT, dimensions: { model: 'm' }, values: { LatencyMs: [3.5, 'Milliseconds'] } },
    ]);
    expect(jsonLines('notifications.jsonl')).toEqual([
      { at: AT, severity: 'alarm', subject: 's', body: 'line 1\nline 2' },
    ]);
    expect(jsonLines('log.jsonl')).toEqual([
      { level: 'info', time: '2026-03-01T09:30:00.000Z', event: 'run.started' },
    ]);
    const keys: string[] = [];
    for await (const key of ports.objects.list('')) keys.push(key);
    expect(keys).toEqual(['a/b', expect.stringMatching(/^predictions\/2026-03-01\/09\/[0-9.a-f]+\.jsonl$/)]);
  });

  it('opens the database only on request', async () => {
    const { ports } = setUp();
    expect(await ports.source()).toBe(DATABASE);
  });

  it('accepts a name for the prediction files and a stream for the log', async () => {
    const root = tempDir();
    const logged: string[] = [];
    const log = { write: (line: string) => void logged.push(line) };
    const ports = createPorts({
      root,
      clock: createVirtualClock(AT),
      source: async () => DATABASE,
      instance: 'scorer',
      log,
    });
    await ports.predictions.append([{ at: AT, line: '{}' }]);
    await ports.settled();
    ports.logger.warn('x');
    expect(existsSync(join(root, 'objects/predictions/2026-03-01/09/scorer.jsonl'))).toBe(true);
    expect(logged).toHaveLength(1);
    expect(existsSync(join(root, 'log.jsonl'))).toBe(false);
  });

  it('writes the registry as one readable file, with each version once however often it is shown', async () => {
    const { root, ports } = setUp();
    const version = (model: string, number: number, status: 'pending' | 'approved' = 'pending') => ({
      model,
      version: number,
      digest: 'd',
      status,
      prefix: `models/${number}`,
    });
    for (const shown of [
      version('b', 10),
      version('b', 2),
      version('a', 7),
      version('b', 2),
      version('b', 10, 'approved'),
    ]) {
      await ports.registryMirror.show(shown);
    }
    expect(JSON.parse(readFileSync(join(root, 'mirror/registry.json'), 'utf8'))).toEqual({
      schemaVersion: 1,
      versions: [version('a', 7), version('b', 2), version('b', 10, 'approved')],
    });
  });
});
