/** What the kernels of this folder export; `npm run kernels` makes ../wasm.ts of it. */

export { fillHistogram16, fillHistogram32, subtractHistogram } from './histogram';
export { logisticPairs } from './logistic';
export { partition16, partition32 } from './partition';
export { walk } from './walk';
