import type { FairnessMetric, ProblemType, ValidationConfig } from '../config.ts';
import { attributeName } from '../fairness/attribute.ts';
import { GAIN, LOSS } from './difference.ts';
import { primaryMetric } from './measure.ts';

/** Values of metrics on the holdout rows. */
export type Measured = Readonly<Record<string, { readonly value: number }>>;

/** By how much the candidate is better, by metric: with bounds, or with the reason why there are none. */
export type Advantages = Readonly<
  Record<
    string,
    {
      readonly value: number;
      readonly low?: number | null | undefined;
      readonly high?: number | null | undefined;
      readonly reason?: string | undefined;
    }
  >
>;

export interface GateInput {
  readonly candidate: Measured;
  /**
   * Over the version that serves now, on the rows that both answered, bounds of {@link LOSS}; null before
   * the first release, and where the champion answers none.
   */
  readonly overChampion: Advantages | null;
  /** Over a prediction that needs no model, on the same rows, bounds of {@link GAIN}. */
  readonly overBaseline: Advantages | null;
  /** Differences between the groups of an attribute, by the attribute's name. */
  readonly fairness: ReadonlyMap<string, Readonly<Partial<Record<FairnessMetric, Gap>>>>;
}

/** A difference between groups with the interval that holds for all pairs of groups at once. */
interface Gap {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The comparison with the constant prediction that a blueprint asks for, or that is made where it says nothing. */
export function neededGain(
  { betterThanBaseline }: ValidationConfig,
  problem: ProblemType,
): Exclude<ValidationConfig['betterThanBaseline'], false | undefined> | undefined {
  if (betterThanBaseline === false || problem.type === 'clustering') return undefined;
  return betterThanBaseline ?? { metric: primaryMetric(problem), by: 0 };
}

/**
 * Why a candidate may not be released, in words; empty when it may. A metric that could not be measured never
 * passes: no evidence is not success. A loss against the champion counts once it is certain; so does a gain over the
 * baseline, which is needed.
 */
export function judgeCandidate(
  validation: ValidationConfig,
  problem: ProblemType,
  input: GateInput,
): readonly string[] {
  const { thresholds, notWorseThanChampionBy, fairness } = validation;
  const reasons: string[] = [];
  for (const { metric, ...limits } of thresholds)
    reasons.push(...beyond(metric, input.candidate[metric]?.value ?? Number.NaN, limits));
  if (notWorseThanChampionBy !== undefined && input.overChampion !== null)
    reasons.push(...certainLoss(notWorseThanChampionBy, input.overChampion));
  const gain = neededGain(validation, problem);
  if (gain !== undefined && input.overBaseline !== null) {
    // That the metric that decides is not measured is a reason already.
    const isSaid = validation.betterThanBaseline === undefined && !(gain.metric in input.overBaseline);
    if (!isSaid) reasons.push(...missingGain(gain, input.overBaseline));
  }
  for (const { attribute, metric, ...limits } of fairness) {
    const name = attributeName(attribute);
    reasons.push(...beyondForCertain(`${metric} by ${name}`, input.fairness.get(name)?.[metric], limits));
  }
  return reasons;
}

function certainLoss(
  { metric, by }: { readonly metric: string; readonly by: number },
  advantages: Advantages,
): readonly string[] {
  const { value = Number.NaN, high } = advantages[metric] ?? {};
  if (Number.isNaN(value)) return [`${metric} is not measured beside the champion's`];
  if (typeof high !== 'number' || high >= -by) return [];
  return [
    `${metric} is ${show(-value)} worse than the champion's, at least ${show(-high)} with ${percent(LOSS.certainty)} certainty, ${by} is allowed`,
  ];
}

function missingGain(
  { metric, by }: { readonly metric: string; readonly by: number },
  advantages: Advantages,
): readonly string[] {
  const { value = Number.NaN, low, reason } = advantages[metric] ?? {};
  if (Number.isNaN(value)) return [`${metric} is not measured beside the baseline's`];
  if (typeof low !== 'number') return [`no gain in ${metric} over the baseline can be shown: ${reason}`];
  if (low > by) return [];
  return [
    `${metric} is ${show(value)} better than the baseline's, only ${show(low)} with ${percent(GAIN.certainty)} certainty, more than ${by} is needed`,
  ];
}

/** Returns why a value is beyond its limits; a value that is not a number never passes. */
function beyond(
  name: string,
  value: number,
  { min, max }: { readonly min?: number; readonly max?: number },
): readonly string[] {
  if (Number.isNaN(value)) return [`${name} is not measured`];
  return [
    ...(min !== undefined && !(value >= min) ? [`${name} ${show(value)} is below ${min}`] : []),
    ...(max !== undefined && !(value <= max) ? [`${name} ${show(value)} is above ${max}`] : []),
  ];
}

/** Returns why a difference between groups is beyond its limits, as its interval shows; what is not known never passes. */
export function beyondForCertain(
  name: string,
  gap: Gap | undefined,
  { min, max }: { readonly min?: number; readonly max?: number },
): readonly string[] {
  if (gap === undefined) return [`${name} is not measured`];
  const { value } = gap;
  const [low, high] = [gap.low ?? value, gap.high ?? value];
  const told = `${name} ${show(value)} [${show(low)}, ${show(high)}]`;
  return [
    ...(min !== undefined && high < min ? [`${told} is below ${min}`] : []),
    ...(max !== undefined && low > max ? [`${told} is above ${max}`] : []),
  ];
}

const percent = (share: number): string => `${100 * share} %`;

const show = (value: number): string => value.toFixed(4);
