/**
 * Checks a parsed request by closures compiled once per model: no schema library in the hot path, and the same
 * answer on every cloud. Nothing is echoed: a problem names the place and what is allowed, never what was sent.
 */

import type { ModelConfig } from '../core/config.ts';
import { parseTimestampText } from '../core/csv/timestamp.ts';
import type { ErrorCode } from '../core/error-codes/index.ts';
import type { ColumnFeature } from '../core/features/columns.ts';
import { pastFeatures } from '../core/features/past.ts';
import type { Row, RowValue } from '../core/table/table.ts';
import { BOOLEAN_FORMS, booleanOf, categoryOfNumber, MAX_NUMBER, MAX_TEXT } from '../core/table/values.ts';
import { ID_PATTERN, MAX_KEY, MAX_ROWS, requestFields, takesKeys } from './request-schema.ts';
import { createDescribeUnknown } from './unknown-fields.ts';

/** One thing wrong with a request; like core's `Problem`, without what was got. */
export interface RequestProblem {
  readonly code: ErrorCode;
  /** `rows[3].features.age`; made of names that this service knows only. */
  readonly path: string;
  readonly allowed: string;
}

export interface RequestRow {
  readonly id: string | undefined;
  /** Key in the online store; with features, only if some of them look back. */
  readonly key: string | undefined;
  /** When the row happens, ms since 1970; undefined where the request does not name it. */
  readonly eventTime: number | undefined;
  readonly row: Row;
}

/** A request for the stored row of a key. */
export interface KeyRequest {
  readonly key: string;
  readonly id: string | undefined;
  /** As of {@link RequestRow}. */
  readonly eventTime: number | undefined;
}

export type CheckedRequest =
  | { readonly kind: 'single'; readonly rows: readonly [RequestRow]; readonly reasons: boolean }
  | { readonly kind: 'rows'; readonly rows: readonly RequestRow[]; readonly reasons: boolean }
  | ({ readonly kind: 'key'; readonly reasons: boolean } & KeyRequest)
  | { readonly kind: 'refused'; readonly problems: readonly RequestProblem[] };

/** Problems reported at most, of a request or of a row that a model refuses: a thousand bad rows need no thousand lines. */
export const MAX_PROBLEMS = 20;
/** Only in this many first problems are unknown fields compared with the known ones. */
const MAX_EXPLAINED = 3;

const ALLOWED: Readonly<Record<ColumnFeature['kind'], string>> = {
  numeric: 'a finite number in the range of float32, or null',
  boolean: `${BOOLEAN_FORMS}, or null`,
  categorical: `a text of at most ${MAX_TEXT} characters, a number of at most 2^53, or null`,
  timestamp: 'an ISO 8601 date or date-time, in UTC where it names no offset, or null',
};
const EVENT_TIME = 'an ISO 8601 date or date-time, in UTC where it names no offset';

/** Values as rows hold them, a time as ms since 1970; undefined means refused. */
const PARSERS: Readonly<Record<ColumnFeature['kind'], (value: unknown) => RowValue | undefined>> = {
  numeric: (value) => (typeof value === 'number' && Math.abs(value) <= MAX_NUMBER ? value : undefined),
  boolean(value) {
    if (typeof value === 'string') return booleanOf(value);
    return value === true || value === 1 ? true : value === false || value === 0 ? false : undefined;
  },
  // An empty text is a category like any other, as in a database; a number is the category that it writes.
  categorical(value) {
    if (typeof value === 'number') return categoryOfNumber(value);
    return isText(value, MAX_TEXT) ? value : undefined;
  },
  timestamp(value) {
    const at = typeof value === 'string' ? parseTimestampText(value) : Number.NaN;
    return Number.isNaN(at) ? undefined : at;
  },
};

/** Compiles the checker of a model's requests. */
export function compileRequestCheck(config: ModelConfig): (request: unknown) => CheckedRequest {
  const fields = requestFields(config).map(({ name, kind }) => ({
    name,
    parse: PARSERS[kind],
    allowed: ALLOWED[kind],
  }));
  const known = new Set(fields.map(({ name }) => name));
  const byKey = takesKeys(config);
  const looksBack = pastFeatures(config.features).length > 0;
  const rowFields = new Set([...(looksBack ? ['features', 'key'] : ['features']), ...EVENT_FIELDS]);
  const singleFields = new Set([...rowFields, 'reasons']);
  const forms = `exactly one of features${looksBack ? ' with key' : ''}, rows${byKey ? ', key' : ''}`;
  const fieldNames = [...known].join(', ');
  const describeUnknown = createDescribeUnknown(config.features);

  function refuseUnknown(
    object: Readonly<Record<string, unknown>>,
    known: ReadonlySet<string>,
    path: string,
    names: string,
    problems: Problems,
  ): void {
    for (const name in object) {
      if (known.has(name)) continue;
      const hint = problems.few ? ` (${describeUnknown(object, known)})` : '';
      problems.add('request/unknown-field', path, `${names}${hint}`);
      return;
    }
  }

  function checkFeatures(features: unknown, path: string, problems: Problems): Row {
    const row = new Map<string, RowValue>();
    if (!isObject(features)) {
      problems.add('request/wrong-type', path, 'an object with every feature');
      return row;
    }
    for (const { name, parse, allowed } of fields) {
      const value = features[name];
      if (value === null) {
        row.set(name, null);
        continue;
      }
      const parsed = parse(value);
      if (parsed !== undefined) row.set(name, parsed);
      else if (Object.hasOwn(features, name)) problems.add('request/wrong-value', `${path}.${name}`, allowed);
      else problems.add('request/missing-field', `${path}.${name}`, allowed);
    }
    refuseUnknown(features, known, path, fieldNames, problems);
    return row;
  }

  function checkRow(item: unknown, path: string, known: ReadonlySet<string>, problems: Problems): RequestRow {
    if (!isObject(item)) {
      problems.add('request/wrong-type', path, `an object with ${[...known].join(', ')}`);
      return { id: undefined, key: undefined, eventTime: undefined, row: new Map() };
    }
    refuseUnknown(item, known, path, [...known].join(', '), problems);
    const prefix = path === '' ? '' : `${path}.`;
    return {
      id: checkId(item.id, `${prefix}id`, problems),
      key: looksBack ? checkKey(item.key, `${prefix}key`, problems) : undefined,
      eventTime: checkEventTime(item.eventTime, `${prefix}eventTime`, problems),
      row: checkFeatures(item.features, `${prefix}features`, problems),
    };
  }

  function checkRows(rows: unknown, problems: Problems): readonly RequestRow[] {
    if (!Array.isArray(rows) || rows.length < 1 || rows.length > MAX_ROWS) {
      problems.add('request/wrong-rows', 'rows', `an array of 1 to ${MAX_ROWS} rows`);
      return [];
    }
    const events = new Set<string>();
    return rows.map((item: unknown, index) => {
      const checked = checkRow(item, `rows[${index}]`, rowFields, problems);
      const { id, eventTime = '' } = checked;
      if (id !== undefined && events.size === events.add(`${id} ${eventTime}`).size)
        problems.add('request/duplicate-id', `rows[${index}].id`, 'an id that no other row of its time has');
      return checked;
    });
  }

  return (request) => {
    const problems = new Problems();
    if (!isObject(request)) {
      problems.add('request/wrong-type', '', `an object with ${forms}`);
      return problems.refused();
    }
    const given = ['features', 'rows', 'key'].filter((form) => Object.hasOwn(request, form));
    const form = given[0];
    const isEvent = looksBack && given.join() === 'features,key';
    if (form === undefined || (given.length > 1 && !isEvent) || (form === 'key' && !byKey)) {
      problems.add('request/wrong-form', '', forms);
      return problems.refused();
    }
    const reasons = request.reasons === true;
    if (Object.hasOwn(request, 'reasons') && typeof request.reasons !== 'boolean')
      problems.add('request/wrong-value', 'reasons', 'true or false');
    if (form === 'features') {
      const row = checkRow(request, '', singleFields, problems);
      return problems.none ? { kind: 'single', rows: [row], reasons } : problems.refused();
    }
    if (form === 'rows') {
      refuseUnknown(request, BATCH_FIELDS, '', 'rows, reasons', problems);
      const rows = checkRows(request.rows, problems);
      return problems.none ? { kind: 'rows', rows, reasons } : problems.refused();
    }
    refuseUnknown(request, KEY_FIELDS, '', [...KEY_FIELDS].join(', '), problems);
    const id = checkId(request.id, 'id', problems);
    const eventTime = checkEventTime(request.eventTime, 'eventTime', problems);
    const key = checkKey(request.key, 'key', problems);
    return problems.none && key !== undefined
      ? { kind: 'key', key, id, eventTime, reasons }
      : problems.refused();
  };
}

const BATCH_FIELDS = new Set(['rows', 'reasons']);
/** Fields that name the event of a row, in every form of a request. */
const EVENT_FIELDS = ['id', 'eventTime'] as const;
const KEY_FIELDS = new Set(['key', ...EVENT_FIELDS, 'reasons']);

class Problems {
  readonly #list: RequestProblem[] = [];

  /** Whether there is still room to look for what was meant: a hostile request must not cost more than another. */
  get few(): boolean {
    return this.#list.length < MAX_EXPLAINED;
  }

  get none(): boolean {
    return this.#list.length === 0;
  }

  add(code: ErrorCode, path: string, allowed: string): void {
    if (this.#list.length < MAX_PROBLEMS) this.#list.push({ code, path, allowed });
  }

  refused(): CheckedRequest {
    return { kind: 'refused', problems: this.#list };
  }
}

function checkKey(key: unknown, path: string, problems: Problems): string | undefined {
  if (isText(key, MAX_KEY) && key !== '') return key;
  problems.add('request/wrong-value', path, `a text of 1 to ${MAX_KEY} characters`);
  return undefined;
}

function checkId(id: unknown, path: string, problems: Problems): string | undefined {
  if (id === undefined) return undefined;
  if (typeof id === 'string' && ID_PATTERN.test(id)) return id;
  problems.add('request/wrong-value', path, '1 to 128 of A-Z a-z 0-9 . _ : -');
  return undefined;
}

/** A row happens at a time: unlike a feature's, it is never null. */
function checkEventTime(value: unknown, path: string, problems: Problems): number | undefined {
  if (value === undefined) return undefined;
  const at = typeof value === 'string' ? parseTimestampText(value) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  problems.add('request/wrong-value', path, EVENT_TIME);
  return undefined;
}

/** Well-formed: a lone surrogate has no UTF-8, so it would change on its way through a store. */
function isText(value: unknown, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && !/\p{Surrogate}/u.test(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
