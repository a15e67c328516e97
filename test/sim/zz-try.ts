import { DIALECTS } from '../support/store-dialects.ts';
import { NO_FAULTS, simulate } from './simulate.ts';
import { STORE_SCENARIOS, storeCampaign } from './store-campaign.ts';
import { openSlot } from './store-slot.ts';

const name = process.argv[2] as 'gcs' | 'blob';
const d = DIALECTS[name];
const e = await d.start();
const slots = await Promise.all(Array.from({ length: 12 }, (_, i) => openSlot(d, e, `slot-${i}`)));
for (const s of STORE_SCENARIOS) {
  const t = performance.now();
  const r = await simulate(s, NO_FAULTS, undefined, slots[0]);
  console.log(s.name, r.calls.length, r.violations, (performance.now() - t).toFixed(0));
}
if (process.argv[3])
  for (const s of STORE_SCENARIOS) {
    const c = process.cpuUsage();
    const r = await storeCampaign(s, slots, { seeds: Number(process.argv[3]) });
    const u = process.cpuUsage(c);
    console.log(JSON.stringify(r, null, 1), 'cpu', (u.user + u.system) / 1e6);
  }
const sum: Record<string, number> = {};
for (const { network } of slots)
  for (const [k, v] of Object.entries(network.happened)) sum[k] = (sum[k] ?? 0) + v;
console.log(JSON.stringify(sum), 'rss', process.memoryUsage().rss >> 20);
for (const s of slots) await s.stop();
await e.stop();
