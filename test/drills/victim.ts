/**
 * One use case in a process of its own, to be killed: `victim.ts CASE FOLDER`.
 *
 * - `FAULT_KILL_AT=objects.tryPut#2:after`: dies by SIGKILL at that moment
 * - `DRILL_ATTEMPT=n`: a restart, whose clock is a minute later each time
 * - `DRILL_PLANT=torn-writes`: an object store with that fault
 * - `DRILL_SNAPSHOT=name`: the source's snapshot; another name has other rows
 * - `DRILL_TRACE=FILE`: where the calls that were made are written
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { CASES } from './cases.ts';
import { createFaults, faultyFileSystem, faultyPorts } from './faults.ts';
import { openSource } from './model.ts';
import { type Plant, plants } from './plants.ts';

/** What passes before somebody starts a process again, ms. */
const RESTART_MS = 61_000;

const { env } = process;
const [name, root] = process.argv.slice(2);
const task = CASES[name as keyof typeof CASES]; // the drill gives names of cases only
if (task === undefined || root === undefined) throw new Error('usage: victim.ts CASE FOLDER');

const faults = createFaults(env.FAULT_KILL_AT);
const clock = createVirtualClock(task.at + Number(env.DRILL_ATTEMPT ?? 0) * RESTART_MS);
faultyFileSystem(faults);
const real = createPorts({ root, clock, source: async () => openSource(env.DRILL_SNAPSHOT) });
const plant = env.DRILL_PLANT as Plant | undefined; // as above
const objects =
  plant === undefined
    ? real.objects
    : plants[plant]({ objects: real.objects, folder: join(root, 'objects'), faults });
const ports = faultyPorts({ ...real, objects }, faults);
const tell = (line: string) => process.stdout.write(`${line}\n`);
tell('ready');
await task.run({ ports, clock, tell });
await ports.settled();
if (env.DRILL_TRACE !== undefined) writeFileSync(env.DRILL_TRACE, faults.trace.join('\n'));
