import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Memory } from '../../ports/memory.ts';

const BYTES_PER_MB = 1_048_576;
const KB_PER_MB = 1_024;

/**
 * This process's memory under a limit of the system around it. The engine knows nothing of that limit and keeps arrays that
 * nothing refers to until `collect` frees them.
 *
 * @param limitMb - Above 0.
 */
export function processMemory(limitMb: number): Memory {
  return {
    limitMb,
    usedMb: () => process.memoryUsage.rss() / BYTES_PER_MB,
    peakMb: () => process.resourceUsage().maxRSS / KB_PER_MB,
    collect: () => collector()(),
  };
}

/** The engine's own collector, which is a global only under a flag that may be set at any time. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void; // V8 defines it under that flag
}
