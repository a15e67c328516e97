import { type FairnessMetric, LOWER_IS_BETTER, type MetricName, type ValidationConfig } from '../config.ts';
import { attributeName } from '../fairness/attribute.ts';

/** Values of metrics on the holdout rows. */
export type Measured = Readonly<Record<string, { readonly value: number }>>;

export interface GateInput {
  readonly candidate: Measured;
  /**
   * The version that serves now and the candidate, both on the rows that both answered; null before the first
   * release, and where the champion answers none.
   */
  readonly champion: { readonly candidate: Measured; readonly champion: Measured } | null;
  /** A prediction that needs no model, on the same rows. */
  readonly baseline: Measured | null;
  /** Differences between the groups of an attribute, by the attribute's name. */
  readonly fairness: ReadonlyMap<
    string,
    Readonly<Partial<Record<FairnessMetric, { readonly value: number }>>>
  >;
}

/**
 * Why a candidate may not be released, in words; empty when it may. A metric that could not be measured never
 * passes: no evidence is not success.
 */
export function judgeCandidate(validation: ValidationConfig, input: GateInput): readonly string[] {
  const { thresholds, notWorseThanChampionBy, betterThanBaseline, fairness } = validation;
  const reasons: string[] = [];
  for (const { metric, ...limits } of thresholds)
    reasons.push(...beyond(metric, measuredValue(input.candidate, metric), limits));
  if (notWorseThanChampionBy !== undefined && input.champion !== null) {
    const { metric, by } = notWorseThanChampionBy;
    const ahead = advantage(metric, input.champion.candidate, input.champion.champion);
    if (!(ahead >= -by))
      reasons.push(`${metric} is ${show(-ahead)} worse than the champion's, ${by} is allowed`);
  }
  if (betterThanBaseline !== undefined && input.baseline !== null) {
    const { metric, by } = betterThanBaseline;
    const ahead = advantage(metric, input.candidate, input.baseline);
    if (!(ahead >= by))
      reasons.push(`${metric} is ${show(ahead)} better than the baseline's, ${by} is needed`);
  }
  for (const { attribute, metric, ...limits } of fairness) {
    const value = input.fairness.get(attributeName(attribute))?.[metric]?.value ?? Number.NaN;
    reasons.push(...beyond(`${metric} by ${attributeName(attribute)}`, value, limits));
  }
  return reasons;
}

/** Returns why a value is beyond its limits; a value that is not a number never passes. */
export function beyond(
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

/** By how much the first is better than the second; NaN when one of them could not be measured. */
export function advantage(metric: MetricName, first: Measured, second: Measured): number {
  const difference = measuredValue(first, metric) - measuredValue(second, metric);
  return LOWER_IS_BETTER.includes(metric) ? -difference : difference;
}

const measuredValue = (measured: Measured, metric: MetricName): number =>
  measured[metric]?.value ?? Number.NaN;

const show = (value: number): string => value.toFixed(4);
