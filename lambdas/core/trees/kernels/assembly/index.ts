/** Exports of this folder's kernels; `npm run kernels` compiles them to ../wasm.ts. */

export { fillHistogram, subtractHistogram } from './histogram';
export { logisticPairs } from './logistic';
export { partition } from './partition';
export { walk } from './walk';
