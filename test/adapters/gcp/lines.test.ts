import { describe, expect, it } from 'vitest';
import { crc32c } from '../../../lambdas/adapters/gcp/crc32c.ts';
import { createCloudLogger } from '../../../lambdas/adapters/gcp/logger.ts';
import { createMetrics } from '../../../lambdas/adapters/gcp/metrics.ts';
import { createNotifier } from '../../../lambdas/adapters/gcp/notifier.ts';

function lines() {
  const written: string[] = [];
  const parsed = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { write: (line: string) => void written.push(line), parsed };
}

describe('a log line on Google Cloud', () => {
  it('has the severity and the message that Cloud Logging reads, beside its own fields', () => {
    const { write, parsed } = lines();
    const logger = createCloudLogger(write, { now: () => Date.UTC(2026, 0, 31) });
    logger.info('version.registered', { version: 3 });
    logger.with({ runId: 'r' }).warn('export.slow');
    logger.error('function.failed', { message: 'wait' });
    expect(parsed()).toEqual([
      {
        level: 'info',
        time: '2026-01-31T00:00:00.000Z',
        event: 'version.registered',
        severity: 'INFO',
        message: 'version.registered',
        version: 3,
      },
      expect.objectContaining({ level: 'warn', severity: 'WARNING', message: 'export.slow', runId: 'r' }),
      expect.objectContaining({ event: 'function.failed', severity: 'ERROR', message: 'wait' }),
    ]);
  });

  it('drops what could hold a value of a row, as every line does', () => {
    const { write, parsed } = lines();
    const row = { features: { age: 3 } } as unknown as { features: string };
    createCloudLogger(write, { now: () => 0 }).info('e', row);
    expect(parsed()).toMatchObject([{ dropped: ['features'] }]);
  });
});

describe('a metric on Google Cloud', () => {
  it('is a line with its dimensions, and a distribution is its sum and count', () => {
    const { write, parsed } = lines();
    const { emit } = createMetrics({ write });
    emit(
      { model: 'm', environment: 'dev', arm: 'champion' },
      { requests: [3, 'Count'], latencyMs: [[1.5, 2, 4], 'Milliseconds'] },
    );
    emit({ model: 'm' }, {});
    expect(parsed()).toEqual([
      {
        severity: 'INFO',
        message: 'metric',
        dimensions: { model: 'm', environment: 'dev', arm: 'champion' },
        values: { requests: 3, latencyMs_sum: 7.5, latencyMs_count: 3 },
      },
    ]);
  });
});

describe('a notification on Google Cloud', () => {
  it.each([
    ['info', 'NOTICE'],
    ['warning', 'WARNING'],
    ['alarm', 'ERROR'],
  ] as const)('has for %s a line of severity %s', async (severity, logged) => {
    const { write, parsed } = lines();
    const notifier = createNotifier({ model: 'm', environment: 'dev', write });
    await notifier.notify({ severity, subject: 'v3 rolled back', body: 'wärum\nso' });
    expect(parsed()).toEqual([
      {
        severity: logged,
        message: 'notification',
        notification: {
          severity,
          subject: 'v3 rolled back',
          body: 'wärum\nso',
          model: 'm',
          environment: 'dev',
        },
      },
    ]);
  });
});

describe('CRC-32C', () => {
  // rfc-editor.org/rfc/rfc3720#appendix-B.4, and the check value of the catalogue of parametrised CRC algorithms.
  it.each([
    ['nothing', Buffer.alloc(0), 0],
    ['123456789', Buffer.from('123456789'), 0xe306_9283],
    ['32 zeros', Buffer.alloc(32), 0x8a91_36aa],
    ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
    ['32 bytes that rise', Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd_794e],
  ])('has for %s the value of the standard', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});
