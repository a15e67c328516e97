import { describe, expect, it } from 'vitest';
import { createMetricLines } from '../../../lambdas/adapters/shared/metric-lines.ts';
import { createNotificationLines } from '../../../lambdas/adapters/shared/notification-lines.ts';
import { createSeverityLogger } from '../../../lambdas/adapters/shared/severity-logger.ts';

function lines() {
  const written: string[] = [];
  const parsed = () => written.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { write: (line: string) => void written.push(line), parsed };
}

describe('a log line with its severity', () => {
  it('has the severity and the message that cloud logs read, beside its own fields', () => {
    const { write, parsed } = lines();
    const logger = createSeverityLogger(write, { now: () => Date.UTC(2026, 0, 31) });
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
    createSeverityLogger(write, { now: () => 0 }).info('e', row);
    expect(parsed()).toMatchObject([{ dropped: ['features'] }]);
  });
});

describe('a metric as a log line', () => {
  it('is a line with its dimensions, and a distribution is its sum and count', () => {
    const { write, parsed } = lines();
    const { emit } = createMetricLines({ write });
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

describe('a notification as a log line', () => {
  it.each([
    ['info', 'NOTICE'],
    ['warning', 'WARNING'],
    ['alarm', 'ERROR'],
  ] as const)('has for %s a line of severity %s', async (severity, logged) => {
    const { write, parsed } = lines();
    const notifier = createNotificationLines({ model: 'm', environment: 'dev', write });
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

/** Filters of log-based metrics and queries of alarms read these lines; bytes of the first version that wrote them. */
describe('a log line in bytes', () => {
  it('is as filters and queries of deployed models read it', async () => {
    const written: string[] = [];
    const write = (line: string) => void written.push(line);
    const logger = createSeverityLogger(write, { now: () => Date.UTC(2026, 0, 31) });
    logger.info('version.registered', { version: 3 });
    logger.with({ runId: 'r' }).warn('export.slow');
    createMetricLines({ write }).emit(
      { model: 'm', environment: 'dev', arm: 'champion' },
      { requests: [3, 'Count'], latencyMs: [[1.5, 2, 4], 'Milliseconds'] },
    );
    const notifier = createNotificationLines({ model: 'm', environment: 'dev', write });
    await notifier.notify({ severity: 'alarm', subject: 'v3 rolled back', body: 'b' });
    expect(written).toEqual([
      '{"level":"info","time":"2026-01-31T00:00:00.000Z","severity":"INFO","message":"version.registered","version":3,"event":"version.registered"}\n',
      '{"level":"warn","time":"2026-01-31T00:00:00.000Z","runId":"r","severity":"WARNING","message":"export.slow","event":"export.slow"}\n',
      '{"severity":"INFO","message":"metric","dimensions":{"model":"m","environment":"dev","arm":"champion"},"values":{"requests":3,"latencyMs_sum":7.5,"latencyMs_count":3}}',
      '{"severity":"ERROR","message":"notification","notification":{"severity":"alarm","subject":"v3 rolled back","body":"b","model":"m","environment":"dev"}}',
    ]);
  });
});
