/** What the kernels of this folder export; `npm run kernels` makes ../wasm.ts of it. */

export { fillHistogram, subtractHistogram } from './histogram';
export { logisticPairs } from './logistic';
export { partition } from './partition';
export { walk } from './walk';
