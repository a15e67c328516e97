import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../../../lambdas/adapters/local/clock.ts';
import { createLogger } from '../../../lambdas/adapters/shared/logger.ts';
import type { LogFields } from '../../../lambdas/ports/logger.ts';

function setUp() {
  const lines: unknown[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { lines, logger: createLogger(destination, createVirtualClock(0)) };
}

const TIME = '1970-01-01T00:00:00.000Z';

describe('the logger', () => {
  it('writes one JSON line per call, with its level, time and fields', () => {
    const { lines, logger } = setUp();
    logger.info('export.started', { runId: 'r1', rows: 3, full: true, none: undefined });
    logger.warn('export.slow');
    logger.error('export.failed', { code: 'source/timeout' });
    expect(lines).toEqual([
      { level: 'info', time: TIME, event: 'export.started', runId: 'r1', rows: 3, full: true },
      { level: 'warn', time: TIME, event: 'export.slow' },
      { level: 'error', time: TIME, event: 'export.failed', code: 'source/timeout' },
    ]);
  });

  it('puts the fields of the logger on every line; a line may replace them', () => {
    const { lines, logger } = setUp();
    const bound = logger.with({ model: 'm', runId: 'r1' }).with({ correlationId: 'c' });
    bound.info('a');
    bound.warn('b', { runId: 'r2' });
    bound.error('c');
    expect(lines).toMatchObject([
      { event: 'a', model: 'm', runId: 'r1', correlationId: 'c' },
      { event: 'b', model: 'm', runId: 'r2', correlationId: 'c' },
      { event: 'c', model: 'm', runId: 'r1', correlationId: 'c' },
    ]);
  });

  it('leaves out a value other than a text, a finite number or a boolean, and names its field', () => {
    const { lines, logger } = setUp();
    // What a caller without types could pass.
    const fields = {
      features: { income: 1 },
      rows: [1, 2],
      nan: Number.NaN,
      nothing: null,
      ok: 1,
    } as unknown;
    logger.info('x', fields as Record<string, string>);
    expect(lines).toEqual([
      { level: 'info', time: TIME, event: 'x', ok: 1, dropped: ['features', 'rows', 'nan', 'nothing'] },
    ]);
  });

  it('lets no field hide the level, the time or the event, at compile time and at run time', () => {
    const { lines, logger } = setUp();
    // @ts-expect-error the line's own field
    logger.info('x', { event: 'y' });
    lines.length = 0;
    logger.info('x', { level: 'fatal', time: 'never', event: 'y' } as unknown as LogFields);
    expect(lines).toEqual([{ level: 'info', time: TIME, event: 'x', dropped: ['level', 'time', 'event'] }]);
  });

  it('cuts long texts', () => {
    const { lines, logger } = setUp();
    logger.info('x', { text: 'a'.repeat(10_000) });
    expect((lines[0] as { text: string }).text).toHaveLength(500);
  });
});
