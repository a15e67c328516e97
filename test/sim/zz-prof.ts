import { DIALECTS } from '../support/store-dialects.ts';
import { NO_FAULTS, simulate } from './simulate.ts';
import { STORE_SCENARIOS, storeFaults } from './store-campaign.ts';
import { openSlot } from './store-slot.ts';
const d = DIALECTS.gcs; const e = await d.start();
let n = 0; const f = globalThis.fetch; globalThis.fetch = (...a) => { n++; return f(...a); };
const slots = await Promise.all(Array.from({ length: 8 }, (_, i) => openSlot(d, e, 'slot-'+i)));
const s = STORE_SCENARIOS[1]!;
const clean = await simulate(s, NO_FAULTS, undefined, slots[0]);
const plans = storeFaults(s, clean.calls, 16).filter((_, i) => i % 8 === 0);
await Promise.all(slots.map((slot) => simulate(s, NO_FAULTS, undefined, slot)));
for (const mode of ['memory', 'store', 'memory', 'store']) {
  const waiting = [...plans]; n = 0;
  const c = process.cpuUsage(); const t = performance.now();
  await Promise.all(slots.map(async (slot) => { for (let p = waiting.shift(); p; p = waiting.shift()) await simulate(s, mode === 'store' ? p.plan : NO_FAULTS, undefined, mode === 'store' ? slot : undefined); }));
  const u = process.cpuUsage(c); console.log(mode, plans.length, 'cpu/run', ((u.user+u.system)/plans.length/1e3).toFixed(1), 'wall/run', ((performance.now()-t)/plans.length).toFixed(1), 'requests/run', (n/plans.length).toFixed(1));
}
for (const x of slots) await x.stop(); await e.stop();
