/** Alarms in rules on the log: each rule has several, one query for each (`constructs/azure/kql.ts`). */

import {
  blocksOf,
  type LocatedBlock,
  type TerraformStacks,
  valueAt,
} from '../../../support/terraform/located.ts';
import { mailedBy } from './data.ts';

export interface LogAlert {
  /** `<rule>/<alarm>`. */
  readonly id: string;
  readonly rule: LocatedBlock;
  readonly name: string;
  /** Its own part of the rule's query, up to the texts for people. */
  readonly query: string;
  /** Place of its runbook. */
  readonly todo: string;
  /** Seconds that it looks back; NaN where the rule reads less than that. */
  readonly seconds: number;
  readonly emails: readonly string[];
}

const PART = /\((union[\s\S]*?)\n\| project alarm = '([^']+)', meaning = '[^']*', todo = '([^']+)'\)/g;
const UNITS: Readonly<Record<string, number>> = { M: 60, H: 3_600, D: 86_400 };

/** Every alarm of every rule. */
export const alertsOn = (stacks: TerraformStacks): LogAlert[] =>
  blocksOf(stacks, 'azurerm_monitor_scheduled_query_rules_alert_v2').flatMap((rule) => {
    const [, number, unit = ''] = /^PT?(\d+)([MHD])$/.exec(String(rule.body.window_duration)) ?? [];
    const window = Number(number) * (UNITS[unit] ?? Number.NaN);
    const isLive = rule.body.enabled !== false && firesOnARow(rule);
    return [...String(valueAt(rule.body, 'criteria.query')).matchAll(PART)].map(
      ([, query = '', name = '', todo = '']) => {
        const [, seconds] = /TimeGenerated > ago\((\d+)s\)/.exec(query) ?? [];
        return {
          id: `${rule.id}/${name}`,
          rule,
          name,
          query,
          todo,
          seconds: isLive && Number(seconds) <= window ? Number(seconds) : Number.NaN,
          emails: mailedBy(stacks, rule),
        };
      },
    );
  });

/** Whether one row of the query is an alarm, and each alarm has one of its own. */
function firesOnARow({ body }: LocatedBlock): boolean {
  const at = (path: string) => valueAt(body, `criteria.${path}`);
  return (
    at('operator') === 'GreaterThan' &&
    at('threshold') === 0 &&
    at('time_aggregation_method') === 'Count' &&
    at('dimension.name') === 'alarm'
  );
}

/** Whether a query has a row where the log has none: the aggregates of nothing are 0, or not a number. */
export function firesOnNothing(query: string): boolean {
  const [, aggregates] = /\| summarize (.*)$/m.exec(query) ?? [];
  const [, condition] = /\| where ([^|]*)$/.exec(query) ?? [];
  // Groups of nothing are no row, and neither are rows of the log without an aggregate.
  if (aggregates === undefined || condition === undefined || / by /.test(aggregates)) return false;
  const values = new Map(
    [...aggregates.matchAll(/(\w+) = (\w+)\(/g)].map(([, name = '', aggregate = '']) => [
      name,
      /^(count|countif|sum|sumif)$/.test(aggregate) ? 0 : Number.NaN,
    ]),
  );
  return condition.split(' and ').every((term) => holds(term.trim(), values));
}

const OPERATORS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
};

function holds(term: string, values: ReadonlyMap<string, number>): boolean {
  const of = (name = '') => values.get(name) ?? Number.NaN;
  const [, finite] = /^isfinite\((\w+)\)$/.exec(term) ?? [];
  if (finite !== undefined) return Number.isFinite(of(finite));
  const [, left, all, operator = '', right] =
    /^(?:todouble\()?(\w+)\)?(?: \/ todouble\((\w+)\))? (>=?|<) ([\d.]+)$/.exec(term) ?? [];
  const compare = OPERATORS[operator];
  if (compare === undefined) throw new Error(`a condition '${term}'`);
  return compare(all === undefined ? of(left) : of(left) / of(all), Number(right));
}
