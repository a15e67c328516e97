/** Worlds with a known truth, and the training of a run on their rows, for tables about what training tells. */

import type { BoosterParameters, ModelConfig, SearchConfig } from '../../../lambdas/core/config.ts';
import { exp, log1p } from '../../../lambdas/core/numeric/math.ts';
import type { Random } from '../../../lambdas/core/numeric/random.ts';
import type { Column } from '../../../lambdas/core/table/table.ts';
import { scoreMatrix } from '../../../lambdas/core/trees/scoring/score.ts';
import { DEFAULT_PARAMS } from '../../../lambdas/core/trees/spec.ts';
import { type Choice, chooseSettings, configurationsToTry } from '../../../lambdas/train/choose-settings.ts';
import { encodeRows, fitRows } from '../../../lambdas/train/encode-rows.ts';
import { growTrees } from '../../../lambdas/train/grow-trees.ts';
import { CONFIG } from '../../score/fixture.ts';

/** Rows in order of time; the first of them are learnt from and the others are new. */
export interface World {
  readonly columns: ReadonlyMap<string, Column>;
  /** 0 or 1. */
  readonly labels: Float64Array;
}

/** What of a configuration a table sets. */
export interface Settings {
  readonly parameters?: Partial<BoosterParameters>;
  readonly search?: SearchConfig;
}

/** What training told, and what its model does on the rows that come after. */
export interface Learnt extends Choice {
  /** Margins of the rows after those that were learnt from. */
  readonly margins: Float32Array;
  /** Log-loss on these rows. */
  readonly truth: number;
}

/** Every column of the world is a feature as a blueprint declares it without options. */
export function configOf(
  { columns }: World,
  { parameters = {}, search }: Settings,
): Pick<ModelConfig, 'problem' | 'features' | 'training'> {
  const { objective: _, seed: __, ...defaults } = DEFAULT_PARAMS;
  const fields = [...columns].map(([name, { kind }]) => ({
    kind: kind === 'numeric' ? ('numeric' as const) : ('categorical' as const),
    name,
    description: name,
  }));
  const training = {
    ...CONFIG.training,
    parameters: { ...defaults, ...parameters },
    ...(search && { search }),
  };
  return { problem: CONFIG.problem, features: { version: 1, fields }, training };
}

/** Learns from the first `rows` of a world as a run does: chooses the settings, then fits all these rows by them. */
export function learn(world: World, rows: number, settings: Settings): Learnt {
  const { labels, columns } = world;
  const config = configOf(world, settings);
  const positions = Int32Array.from(labels.keys());
  const [train, later] = [positions.subarray(0, rows), positions.subarray(rows)];
  const none = new Int32Array(0);
  const split = { train, holdout: later, gap: none, knownKeys: none };
  const set = { table: { rows: labels.length, columns }, labels, split };
  const tried = configurationsToTry(config.training);
  const choice = chooseSettings(set, config, tried, () => {});
  const { features, rows: own } = fitRows(set, train, config);
  const chosen = { ...choice.parameters, rounds: choice.rounds };
  const { model } = growTrees(own, config, chosen, { onRound: () => {} });
  const margins = scoreMatrix(model, encodeRows(set, later, features).matrix);
  return { ...choice, margins, truth: logLoss(margins, labels.subarray(rows)) };
}

/** The mean of -ln p of the true class. */
export function logLoss(margins: Float32Array, labels: Float64Array): number {
  const sum = margins.reduce((total, margin, row) => {
    const z = labels[row] === 1 ? margin : -margin;
    return total + Math.max(-z, 0) + log1p(exp(-Math.abs(z)));
  }, 0);
  return sum / margins.length;
}

/** A column of texts from codes. */
export function categories(codes: Int32Array): Column {
  const levels = codes.reduce((most, code) => Math.max(most, code), 0) + 1;
  return { kind: 'category', codes, dictionary: Array.from({ length: levels }, (_, code) => `c${code}`) };
}

/** Close to a standard normal draw, with the same bits on every machine: twelve uniform draws less their mean. */
export function normal(random: Random): number {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += random.uniform();
  return sum;
}

/** 1 with this log-odds. */
export const drawLabel = (random: Random, logit: number): number =>
  random.uniform() < 1 / (1 + exp(-logit)) ? 1 : 0;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
