/** Log-based metrics of the stack over the lines that its functions have printed. */

import { type Body, isObject } from '../../support/terraform/schema.ts';
import { type AppliedStack, stringOf } from './stack.ts';

/** A line of a function's log, as Cloud Logging files it. */
export interface LogLine {
  readonly service: string;
  /** `jsonPayload` of its entry. */
  readonly payload: Body;
}

/** Numbers that each metric extracts from the lines, by the last part of its extractor. */
export function extractedValues(
  stack: AppliedStack,
  lines: readonly LogLine[],
): Map<string, readonly number[]> {
  const found = new Map<string, readonly number[]>();
  for (const { filter, value_extractor: extractor, label_extractors: labels } of stack.all(
    'google_logging_metric',
  )) {
    const [, path] = /^EXTRACT\(jsonPayload\.([\w.]+)\)$/.exec(stringOf(extractor)) ?? [];
    if (path === undefined) continue; // counts entries of Google's own
    const matching = lines.filter((line) => passesFilter(stringOf(filter), line));
    for (const line of matching)
      for (const label of Object.values((labels ?? {}) as Body))
        if (typeof fieldAt(line, stringOf(label).slice('EXTRACT('.length, -1)) !== 'string')
          throw new Error(`${path}: ${JSON.stringify(line)} has no ${stringOf(label)}`);
    found.set(
      path.split('.').at(-1) ?? '',
      matching.map((line) => Number(fieldAt(line, `jsonPayload.${path}`))),
    );
  }
  return found;
}

function fieldAt({ service, payload }: LogLine, path: string): unknown {
  const entry: Body = {
    resource: { type: 'cloud_run_revision', labels: { service_name: service } },
    jsonPayload: payload,
  };
  return path.split('.').reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), entry);
}

/** The part of the language that the stack's filters have (cloud.google.com/logging/docs/view/logging-query-language). */
function passesFilter(filter: string, line: LogLine): boolean {
  return filter.split(' AND ').every((one) => {
    const [, path, text] = /^([\w.]+)(?:="([^"]*)"|:\*)$/.exec(one) ?? [];
    if (path === undefined) throw new Error(`an unknown filter: ${one}`);
    const value = fieldAt(line, path);
    return text === undefined ? value !== undefined : value === text;
  });
}
