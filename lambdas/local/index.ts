/** Exports of the package under `./local`: one machine as the target. */

export type { DriftComparison } from '../report/drift-page.ts';
export { compareRows } from './compare-file.ts';
export { SILENT, type Story } from './progress.ts';
export { modelFolder } from './run-folder.ts';
export { type ScoredTable, scoreTable } from './score-file.ts';
export { openWorkspace, type ReleaseChange, type Status, type Workspace } from './target.ts';
export { type TrainFileOptions, trainFile } from './train-file.ts';
export { exportVersion, importVersion, readCard } from './version-files.ts';
