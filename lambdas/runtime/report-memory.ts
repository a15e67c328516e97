/** Reports the memory that a function of whole tables came to use: a line, and a metric for an alarm. */

import type { Host } from './host.ts';

/**
 * The same work, reported at its end whether or not it fails. The system's own account of a process goes back to its
 * start, so a process that is used again reports the largest use of all its runs.
 */
export function reportingMemory<Rest extends readonly unknown[], Answer>(
  work: (host: Host, ...rest: Rest) => Promise<Answer>,
): (host: Host, ...rest: Rest) => Promise<Answer> {
  return async (host, ...rest) => {
    try {
      return await work(host, ...rest);
    } finally {
      report(host);
    }
  };
}

function report({ ports: { memory, logger, metrics }, config: { model } }: Host): void {
  if (memory === undefined) return;
  const peakMb = memory.peakMb();
  logger.info('function.memory', { maxMemoryMb: Math.round(peakMb), memoryMb: memory.limitMb });
  const used = (100 * peakMb) / memory.limitMb;
  metrics.emit({ model: model.name, environment: model.environment }, { memoryPercent: [used, 'Percent'] });
}
