/** Group fairness in production: answers counted by the groups that their captured features tell. */

import type { ModelConfig } from '../core/config.ts';
import { beyondForCertain } from '../core/evaluation/gate.ts';
import { attributeName } from '../core/fairness/attribute.ts';
import { compareCounts, type GroupComparison } from '../core/fairness/compare-groups.ts';
import { countRow, type GroupTable } from '../core/fairness/groups.ts';
import { capturedFeatures } from '../core/model-table.ts';
import type { Prediction } from '../stores/predictions.ts';

/** Counts answers and compares the groups at the end. */
export interface GroupCounter {
  /** @param outcome - 1, 0, or NaN while it is not known. */
  count(prediction: Prediction, outcome: number): void;
  compare(): readonly ({ readonly attribute: string } & GroupComparison)[];
}

/** A counter of every attribute of `monitoring.fairness` whose features are captured. */
export function createGroupCounter(config: ModelConfig): GroupCounter {
  const { attributes, minGroup } = config.monitoring.fairness;
  const threshold = config.serving.decisionThreshold;
  const counted = attributes.flatMap((attribute) => {
    const features = capturedFeatures(attribute, config);
    const counts: GroupTable = new Map();
    return features === undefined ? [] : [{ attribute: attributeName(attribute), features, counts }];
  });
  return {
    count({ score, features: captured }, outcome) {
      if (score === undefined || captured === undefined) return;
      for (const { features, counts } of counted) {
        const values = features.map((name) => captured[name] ?? null);
        if (!values.includes(null)) countRow(counts, values.map(String), score >= threshold, outcome);
      }
    },
    compare: () =>
      counted.map(({ attribute, counts }) => ({ attribute, ...compareCounts(counts, minGroup) })),
  };
}

/** Returns the fairness limits of validation that production breaks, in words. */
export function brokenLimits(
  { training }: Pick<ModelConfig, 'training'>,
  compared: ReturnType<GroupCounter['compare']>,
): readonly string[] {
  return training.validation.fairness.flatMap(({ attribute, metric, ...limits }) => {
    const name = attributeName(attribute);
    const gap = compared.find((one) => one.attribute === name)?.disparities[metric];
    return gap === undefined ? [] : beyondForCertain(`${metric} by ${name}`, gap, limits);
  });
}
