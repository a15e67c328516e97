import type { ModelConfig } from '../core/config.ts';
import type { ColumnProfile, Profile } from '../core/drift/profile.ts';
import { InvalidInput } from '../core/errors.ts';
import { rowPredictor } from '../core/evaluation/predict.ts';
import { type ColumnFeature, columnFeatures } from '../core/features/columns.ts';
import { pastFeatures, rowWithPast } from '../core/features/past.ts';
import type { RowValue } from '../core/table/table.ts';
import { MAX_NUMBER, MAX_TEXT } from '../core/table/values.ts';
import { readModel } from '../core/trees/format/model-file.ts';
import type { Probe } from '../stores/probe.ts';
import type { Candidate } from '../stores/runs.ts';

/** A Wednesday at noon. A date, not the date of a row: no training has an influence on it. */
const EVENT_TIME = '2025-01-15T12:00:00Z';

/**
 * Makes the row that a version is probed with, and the answer that it must give. Each value is the median or the most
 * frequent category of its column, so that the whole row is nobody's. The code that serves computes the score, so
 * that the answers are equal to the last bit.
 *
 * @returns undefined where no such row gets an answer: its key is unknown and the blueprint refuses those, or the
 *   version's own features refuse it
 */
export function probeOf(
  { features, serving }: Pick<ModelConfig, 'features' | 'serving'>,
  candidate: Pick<Candidate, 'features' | 'model' | 'profile'>,
): Probe | undefined {
  const looksBack = pastFeatures(features).length > 0;
  if (looksBack && serving.online?.unknownKey === 'refuse') return undefined;
  const fields = columnFeatures(features).map(
    (feature) => [feature, typicalOf(feature, candidate.profile)] as const,
  );
  const at = Date.parse(EVENT_TIME);
  const row = new Map(
    fields.map(([{ name, kind }, value]) => [name, kind === 'timestamp' ? at : value] as const),
  );
  const score = scoreOf(candidate, rowWithPast(row, features, undefined, at));
  if (score === undefined || !Number.isFinite(score)) return undefined;
  return {
    schemaVersion: 1,
    featuresVersion: features.version,
    features: Object.fromEntries(fields.map(([{ name }, value]) => [name, value])),
    eventTime: EVENT_TIME,
    score,
  };
}

/** A feature's value in a request. */
function typicalOf({ name, kind }: ColumnFeature, { columns }: Profile): RowValue {
  if (kind === 'timestamp') return EVENT_TIME;
  const profile = columns.find((column) => column.name === name);
  const value = profile === undefined ? null : middleOf(profile);
  return kind === 'boolean' && typeof value === 'number' ? value >= 0.5 : value;
}

/** The median or the most frequent category, as far as a request can hold it. */
function middleOf(profile: ColumnProfile): RowValue {
  if (profile.kind === 'numeric') {
    const median = profile.summary?.p50 ?? Number.NaN;
    return Math.abs(median) <= MAX_NUMBER ? median : null;
  }
  return profile.categories.find((one) => one.length <= MAX_TEXT && !/\p{Surrogate}/u.test(one)) ?? null;
}

function scoreOf(
  { features, model }: Pick<Candidate, 'features' | 'model'>,
  row: ReadonlyMap<string, RowValue>,
): number | undefined {
  try {
    return rowPredictor({ features, model: readModel(model) })(row);
  } catch (error) {
    if (error instanceof InvalidInput) return undefined;
    throw error;
  }
}
