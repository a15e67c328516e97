import type { FunctionConfig } from '../../core/function-config.ts';
import type { CloudPorts } from '../../runtime/host.ts';
import { systemClock } from './clock.ts';
import { createMetricLines } from './metric-lines.ts';
import { noOnlineStore } from './no-online-store.ts';
import { createNotificationLines } from './notification-lines.ts';
import { processMemory } from './process-memory.ts';
import { createSeverityLogger } from './severity-logger.ts';

/** Ports that call no service. */
type LinePorts = Pick<CloudPorts, 'clock' | 'memory' | 'logger' | 'metrics' | 'notifier' | 'online'>;

/**
 * The ports of a function whose cloud reads logs, measurements and notifications from log lines, and keeps no features by
 * key.
 *
 * @param cloud - Name of the cloud, for the refusal of features by key.
 * @param memoryMb - Memory of the function as its setting names it; unknown without it.
 */
export function linePorts(
  cloud: string,
  { name, environment }: FunctionConfig['model'],
  memoryMb: string | undefined,
  write: (line: string) => void,
): LinePorts {
  const clock = systemClock;
  const memory = Number(memoryMb);
  return {
    clock,
    ...(memory > 0 && { memory: processMemory(memory) }),
    logger: createSeverityLogger((line) => write(line.trimEnd()), clock),
    metrics: createMetricLines({ write }),
    notifier: createNotificationLines({ model: name, environment, write }),
    online: noOnlineStore(cloud),
  };
}
