/** Retentions that would delete what a model still reads: refused on every target. */

import type { Blueprint } from '../../../blueprints/index.ts';
import type { Problem } from '../../../lambdas/core/errors.ts';
import { type Read, type RetainedPrefix, readsOf } from '../retention.ts';
import type { Environment } from '../schema.ts';
import { problem } from './problem.ts';

/** An object is a day older than its rows may be: retentions count from the write, and end at midnight. */
const SLACK_DAYS = 1;

/** Returns a problem for each prefix whose retention is shorter than its oldest read. */
export function retentionProblems(blueprint: Blueprint, { retention, name }: Environment): Problem[] {
  const oldest = new Map<RetainedPrefix, Read>();
  for (const read of readsOf(blueprint))
    if (read.days > (oldest.get(read.prefix)?.days ?? 0)) oldest.set(read.prefix, read);
  return [...oldest.values()].flatMap(({ prefix, days, by }) => {
    const kept = retention[prefix];
    const least = Math.ceil(days) + SLACK_DAYS;
    if (kept === 'forever' || kept >= least) return [];
    return [
      problem('environment/retention', `retention.${prefix}`, `is shorter than what ${by} reads`, {
        got: String(kept),
        allowed: Number.isFinite(least) ? `${least} or more days, or 'forever'` : "'forever'",
        fix: `set retention.${prefix} in stacks/config/${name}.ts, or shorten what reads it${prefix === 'features' && !Number.isFinite(least) ? " with training.window { kind: 'days', days: N }" : ''}`,
      }),
    ];
  });
}
