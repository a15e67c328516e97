/** Exports of the package under `./demo`: the loop of one model as a demonstration, with a virtual clock. */

export type { Summary } from '../report/summary.ts';
export type { Feed } from './replay-data.ts';
export { type DemoOptions, runDemo } from './run-demo.ts';
