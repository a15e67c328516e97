/** Exports of the package under `./local`: one machine as the target. */

export type { DriftComparison } from '../report/drift-page.ts';
export { compareRows } from './compare-file.ts';
export type { Expiry } from './expire.ts';
export { type Progress, SILENT } from './progress.ts';
export { modelFolder } from './run-folder.ts';
export { type ScoredTable, scoreTable } from './score-file.ts';
export { type LocalTarget, openLocalTarget, type ReleaseChange, type Status } from './target.ts';
export { type TrainFileOptions, trainFile } from './train-file.ts';
export { exportVersion, importVersion, readCard } from './version-files.ts';
