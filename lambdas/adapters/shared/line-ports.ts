import type { FunctionConfig } from '../../core/function-config.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { systemClock } from './clock.ts';
import { createMetricLines } from './metric-lines.ts';
import { noOnlineStore } from './no-online-store.ts';
import { createNotificationLines } from './notification-lines.ts';
import { processMemory } from './process-memory.ts';
import { createSeverityLogger } from './severity-logger.ts';

/** A function's settings. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Takes one line without its line break. */
export type WriteLine = (line: string) => void;

type LinePorts = Pick<CloudPorts, 'clock' | 'logger' | 'memory' | 'metrics' | 'notifier' | 'online'>;

/**
 * Ports of a cloud that reads logs, metrics and notifications from one stream of lines. It has no online store.
 *
 * @param cloud - As a sentence begins: `Google Cloud`.
 * @param write - @default standard output
 */
export function linePorts(
  cloud: string,
  settings: Settings,
  { name, environment }: Pick<FunctionConfig['model'], 'name' | 'environment'>,
  write: WriteLine = (line) => process.stdout.write(`${line}\n`),
): LinePorts {
  const memoryMb = Number(settings.MLOPS_MEMORY_MB);
  return {
    clock: systemClock,
    ...(memoryMb > 0 && { memory: processMemory(memoryMb) }),
    logger: createSeverityLogger((line) => write(line.trimEnd()), systemClock),
    metrics: createMetricLines({ write }),
    notifier: createNotificationLines({ model: name, environment, write }),
    online: noOnlineStore(cloud),
  };
}
