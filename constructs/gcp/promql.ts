/**
 * Queries of Cloud Monitoring in PromQL. A metric is named by its service and its path: `run_googleapis_com:request_count`
 * (cloud.google.com/monitoring/promql/promql-mapping).
 */

/** A label's value, its beginning, or several values. */
export type Match = string | { readonly prefix: string } | { readonly oneOf: readonly string[] };
export type Labels = Readonly<Record<string, Match>>;

/** Text within a regular expression within a string of PromQL. */
const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\\\$&');
const quoted = (text: string): string => `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;

/** Returns `{name="value",other=~"prefix.*"}`. */
export function selector(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, match]) => {
    if (typeof match === 'string') return `${name}=${quoted(match)}`;
    if ('prefix' in match) return `${name}=~"${escaped(match.prefix)}.*"`;
    return `${name}=~"${match.oneOf.map(escaped).join('|')}"`;
  });
  return `{${parts.join(',')}}`;
}

/** Returns what a counter rose by in so many seconds, over all its series; nothing where there are none. */
export const increase = (metric: string, labels: Labels, seconds: number): string =>
  `sum(increase(${metric}${selector(labels)}[${seconds}s]))`;

/** Returns a quantile of a distribution over so many seconds. */
export const quantileOf = (q: number, metric: string, labels: Labels, seconds: number): string =>
  `histogram_quantile(${q}, sum by (le) (increase(${metric}_bucket${selector(labels)}[${seconds}s])))`;

/**
 * Returns a condition that holds where a share is above a limit and at least so many failed. A series that does not exist
 * fulfils no condition, so that silence raises none.
 */
export const shareAbove = (failed: string, all: string, limit: number, minimum: number): string =>
  `(${failed} / ${all} > ${limit}) and (${failed} >= ${minimum})`;

/** Returns 0 where a query finds nothing. */
export const orZero = (query: string): string => `(${query} or vector(0))`;
