/** Rows of a file beside those that a version learnt from, or beside another file. */

import { driftSpec, type ModelConfig } from '../core/config.ts';
import { type DriftScope, evaluateDrift } from '../core/drift/evaluate.ts';
import { fitProfile } from '../core/drift/fit-profile.ts';
import type { Profile } from '../core/drift/profile.ts';
import { addRows, addScores, emptyWindow } from '../core/drift/window.ts';
import { predictTable } from '../core/evaluation/predict.ts';
import { booleansOf, featureTable, hasProfile, isMonitored } from '../core/model-table.ts';
import type { Table } from '../core/table/table.ts';
import { scopeOf } from '../monitor/monitor.ts';
import type { DriftComparison } from '../report/drift-page.ts';
import { readBundle } from '../stores/bundle.ts';
import type { NamedFolder } from './next-command.ts';
import { openStore } from './open-store.ts';
import { completed } from './score-file.ts';
import { chooseVersion } from './version-files.ts';

/**
 * Compares rows with other rows, or with those that a version learnt from; its scores too, then.
 *
 * @throws RuntimeFailure as `scoreTable` does, where no other rows are given
 *
 * @example
 * import { compareRows, modelFolder } from 'mlops-blueprint/local';
 *
 * const folder = { root: modelFolder(process.cwd(), 'churn', false), model: 'churn' };
 * const { report } = await compareRows(folder, config.model, rows, { version: 3 });
 */
export async function compareRows(
  folder: NamedFolder,
  config: ModelConfig,
  current: Table,
  other: { readonly rows: Table } | { readonly version: number | undefined },
): Promise<DriftComparison> {
  const spec = driftSpec(config.monitoring);
  const seen = completed(current, config);
  const features = featureTable(seen, config.features);
  const judge = (profile: Profile, scope: DriftScope, scores?: Float32Array) => {
    const window = emptyWindow(profile);
    addRows(window, profile, features);
    if (scores !== undefined && profile.scores !== null) addScores(window, profile, scores);
    const report = evaluateDrift(profile, window, spec, scope);
    return { profile, window, report };
  };
  if ('rows' in other) {
    const names = config.features.fields.filter(hasProfile).map(({ name }) => name);
    const profile = fitProfile(featureTable(completed(other.rows, config), config.features), names);
    const monitored = config.features.fields.filter(isMonitored).map(({ name }) => name);
    // Without a model nobody says which features matter most, so each does.
    const scope = { monitored, decisive: monitored, booleans: booleansOf(config.features) };
    return { reference: 'file', ...judge(profile, scope) };
  }
  const ports = openStore(folder.root, folder.model);
  const { version, digest } = await chooseVersion(ports, folder, other.version);
  const bundle = await readBundle(ports, version, digest);
  // A file has also what must not be captured with answers.
  const scope = scopeOf({ ...config, source: { ...config.source, sensitive: [] } }, bundle);
  const scores = predictTable(bundle, seen).filter((score) => !Number.isNaN(score));
  return { reference: { version, digest }, ...judge(bundle.profile, scope, scores) };
}
