export { defineBlueprint } from './define-blueprint.ts';
export type { FeaturesLock } from './features-lock.ts';
export { checkLock, nextLock, parseLock } from './features-lock.ts';
export type { LoadedBlueprint } from './load.ts';
export { loadBlueprint, loadSample } from './load.ts';
export { applyOverrides, parseBlueprint, subjectOf } from './parse.ts';
export type { CsvMapping, RowsOptions, SampleData } from './sample-data.ts';
export type { Blueprint, BlueprintInput } from './schema.ts';
export { blueprintJsonSchema } from './schema.ts';
