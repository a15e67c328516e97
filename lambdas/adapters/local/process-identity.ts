import { readFileSync } from 'node:fs';

/**
 * Names a process so that a later one can tell whether it still runs: pid, start time and boot. A pid alone is
 * given to another process sooner or later. Without /proc only the pid is compared. All processes must
 * share one machine and one pid namespace.
 */
const BOOT = (readText('/proc/sys/kernel/random/boot_id') ?? '0').slice(0, 8);

/** This process: `<pid>.<start>.<boot>`. */
export const SELF = `${process.pid}.${startOf(process.pid)}.${BOOT}`;

/** Whether the process that wrote this identity still runs. An identity that cannot be read is nobody's. */
export function isAlive(identity: string): boolean {
  const [pid, start, boot] = identity.split('.');
  if (!/^[1-9][0-9]*$/.test(pid as string) || boot !== BOOT) return false;
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    // EPERM: it runs and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(Number(pid)) === start;
}

/** Clock ticks from boot to the start of a process, field 22 of /proc/PID/stat; `0` where it cannot be read. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return '0';
  // The second field is the program's name in brackets and may hold blanks; what follows does not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  // A zombie has ended; only its parent has not noticed.
  return state === 'Z' ? 'zombie' : (fields[19] as string);
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not on this system, or no such process: both mean that there is nothing to compare.
    return undefined;
  }
}
