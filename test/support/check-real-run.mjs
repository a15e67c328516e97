// What a run on the real file must show: drift in `contact` and not in a stable feature, and a retrained version
// that beats the first on the last window.
import { readFileSync } from 'node:fs';

const { drift, comparison } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const window = drift.find(({ drifted }) => drifted.some(({ feature }) => feature === 'contact'));
if (window === undefined) throw new Error('contact drifted in no window');
if (window.others.length === 0) throw new Error('every feature drifted where contact did');
if (comparison === null || comparison.champion.value <= comparison.first.value)
  throw new Error(`the champion does not beat the first version: ${JSON.stringify(comparison)}`);
console.log(
  `window ${window.window}: contact drifted, ${window.others.map(({ feature }) => feature).join(', ')} did not`,
);
console.log(JSON.stringify(comparison));
