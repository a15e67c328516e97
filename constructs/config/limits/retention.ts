/** Retentions that would delete what a model still reads: refused on every target. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { leastKept, type RetainedPrefix } from '../retention.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** Returns a problem for each given retention that is shorter than the prefix's oldest read. */
export function retentionProblems(blueprint: Blueprint, { retention, name }: Environment): Problem[] {
  const given = Object.entries(retention) as [RetainedPrefix, number | 'forever' | undefined][]; // of its schema
  return given.flatMap(([prefix, kept]) => {
    const { days: least = 0, by } = leastKept(blueprint, prefix) ?? {};
    if (kept === undefined || kept === 'forever' || kept >= least) return [];
    return [
      problem('environment/retention', `retention.${prefix}`, `is shorter than what ${by} reads`, {
        got: String(kept),
        allowed: Number.isFinite(least) ? `${least} or more days, or 'forever'` : "'forever'",
        fix: `set retention.${prefix} in stacks/config/${name}.ts, or shorten what reads it${prefix === 'features' && !Number.isFinite(least) ? " with training.window { kind: 'days', days: N }" : ''}`,
      }),
    ];
  });
}
