/** What the package exports as `./local`: one machine as the target, and the demonstration that plays on it. */

export type { Feed } from './feed.ts';
export { modelFolder } from './run-folder.ts';
export { type LocalRunOptions, runLocal } from './run-local.ts';
export { SILENT, type Story } from './story.ts';
export type { Summary } from './summary.ts';
export { type Comparison, compareRows, type ScoredTable, scoreTable } from './tables.ts';
export { type TrainFileOptions, trainFile } from './train-file.ts';
export { exportVersion, importVersion, readCard } from './versions.ts';
export { openWorkspace, type ReleaseChange, type Status, type Workspace } from './workspace.ts';
