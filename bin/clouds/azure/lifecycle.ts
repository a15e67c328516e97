/** Days that the account of the artifacts keeps objects, by its own rules. */

import { COPIES, type StoredDays } from '../../cost/usage.ts';
import { blockOf, blocksOf } from '../terraform.ts';
import { at } from '../value-at.ts';

/** Counted where nothing expires. */
const YEAR_DAYS = 365;
const CONTAINER = 'artifacts/';

/**
 * Days of the rows of a run, and of predictions: until they expire, then as an old version, then deleted.
 *
 * @param policy - `azurerm_storage_management_policy`
 * @param account - `azurerm_storage_account`
 */
export function storedAzureDays(policy: unknown, account: unknown): StoredDays {
  const rules = blocksOf(policy, 'rule');
  const deleted = Number(at(blockOf(account, 'blob_properties', 'delete_retention_policy'), 'days') ?? 0);
  const daysOf = (prefix: string): number => {
    const days = (place: string, ...path: readonly string[]): number | undefined => {
      const found = rules
        .filter((rule) => [at(blockOf(rule, 'filters'), 'prefix_match') ?? []].flat().includes(place))
        .map((rule) => at(blockOf(rule, 'actions', path[0] ?? ''), path[1] ?? ''))
        .find((one) => one !== undefined);
      return found === undefined ? undefined : Number(found);
    };
    const own = `${CONTAINER}${prefix}/`;
    const current = days(own, 'base_blob', 'delete_after_days_since_modification_greater_than');
    if (current === undefined) return YEAR_DAYS;
    const version = ['version', 'delete_after_days_since_creation'] as const;
    return current + (days(own, ...version) ?? days(CONTAINER, ...version) ?? 0) + deleted;
  };
  const copies = Object.fromEntries(COPIES.map((prefix) => [prefix, Math.min(YEAR_DAYS, daysOf(prefix))]));
  return { ...copies, predictions: Math.min(YEAR_DAYS, daysOf('predictions')) } as StoredDays; // an entry of each prefix
}
