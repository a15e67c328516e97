/** Days that a bucket of Cloud Storage keeps objects, by its own lifecycle rules. */

import { COPIES, type StoredDays } from '../../cost/usage.ts';
import { blockOf, blocksOf } from '../terraform.ts';
import { at } from '../value-at.ts';

/** Counted where nothing expires. */
const YEAR_DAYS = 365;
const DAY_SEC = 86_400;

/** Days of the rows of a run, and of predictions: until they expire, then as an old version, then deleted. */
export function storedDaysOf(bucket: unknown): StoredDays {
  const rules = blocksOf(bucket, 'lifecycle_rule')
    .filter((rule) => at(blockOf(rule, 'action'), 'type') === 'Delete')
    .map((rule) => blockOf(rule, 'condition'));
  const policy = blockOf(bucket, 'soft_delete_policy');
  const deleted = Number(at(policy, 'retention_duration_seconds') ?? 0) / DAY_SEC;
  const daysOf = (prefix: string): number => {
    const own = rules.filter((rule) =>
      [at(rule, 'matches_prefix') ?? []].flat().some((one) => String(one).startsWith(`${prefix}/`)),
    );
    const current = own.map((rule) => at(rule, 'age')).find((days) => days !== undefined);
    if (current === undefined) return YEAR_DAYS;
    const old = [...own, ...rules.filter((rule) => at(rule, 'matches_prefix') === undefined)]
      .map((rule) => at(rule, 'days_since_noncurrent_time'))
      .find((days) => days !== undefined);
    return Number(current) + Number(old ?? 0) + deleted;
  };
  const copies = Object.fromEntries(COPIES.map((prefix) => [prefix, Math.min(YEAR_DAYS, daysOf(prefix))]));
  return { ...copies, predictions: daysOf('predictions') } as StoredDays; // an entry of each prefix
}
