/**
 * A process of its own: `increment.ts <folder> <key> <times> <name>` adds 1 to a counter by conditional writes.
 * Used by the object store's tests.
 */

import { createObjectStore } from '../../../lambdas/adapters/local/object-store.ts';
import { systemClock } from '../../../lambdas/adapters/shared/clock.ts';

const [folder, key, times, name] = process.argv.slice(2) as [string, string, string, string];
const objects = createObjectStore(folder);
let conflicts = 0;

for (let done = 0; done < Number(times); ) {
  const found = await objects.get(key);
  const count = found === undefined ? 0 : Number(Buffer.from(found.bytes).toString());
  const attempt = await objects.tryPut(
    key,
    Buffer.from(`${count + 1}`),
    found === undefined ? { kind: 'absent' } : { kind: 'version', version: found.version },
  );
  if (attempt.outcome === 'unknown') throw attempt.cause;
  if (attempt.outcome === 'written') done += 1;
  else {
    conflicts += 1;
    await systemClock.sleep(conflicts % 3);
  }
}
console.log(JSON.stringify({ name, conflicts }));
