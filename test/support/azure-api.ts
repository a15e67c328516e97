/**
 * What is wrong with a request to Azure by Microsoft's own description of the service: operations of its client libraries,
 * which test/fixtures/azure-shapes/make.ts writes down.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedRequest } from './recording-server.ts';

/** A service by its name in the fixture. */
export type AzureApi = 'blob' | 'eventgrid' | 'keyvault' | 'machinelearning' | 'queue';

type AzureRequest = Pick<RecordedRequest, 'method' | 'path' | 'headers' | 'body'>;

interface Schema {
  readonly type: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly constant?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly unknown[];
  readonly model?: string;
  readonly element?: Schema;
  readonly value?: Schema;
}

interface Parameter extends Schema {
  readonly name: string;
  /** Beginning of the names of a header with several members. */
  readonly prefix?: string;
}

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly query: readonly Parameter[];
  readonly headers: readonly Parameter[];
  readonly parts: readonly Parameter[];
  readonly body?: Schema & { readonly xml: boolean };
}

interface Model {
  /** Whether other members are allowed. */
  readonly open?: boolean;
  readonly members: Readonly<Record<string, Schema>>;
}

interface Api {
  readonly operations: Readonly<Record<string, Operation>>;
  readonly models: Readonly<Record<string, Model>>;
}

const APIS = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/azure-shapes/shapes.json'), 'utf8'),
) as Readonly<Record<AzureApi, Api>>;

/** The address of a topic is its host and this path (learn.microsoft.com/azure/event-grid/post-to-custom-topic#endpoint). */
const TOPIC_PATH = '/api/events';
/**
 * Versions of an API that are newer than the library's, whose request has the same members
 * (github.com/Azure/azure-rest-api-specs, the examples of machinelearningservices 2025-12-01).
 */
const NEWER: Partial<Readonly<Record<AzureApi, string>>> = { machinelearning: '2025-06-01' };
/** Headers of HTTP itself, which no operation lists; fetch adds the last two to a request with a condition. */
const TRANSPORT = new Set([
  'authorization',
  'host',
  'connection',
  'accept',
  'accept-encoding',
  'accept-language',
  'sec-fetch-mode',
  'user-agent',
  'content-length',
  'content-type',
  'transfer-encoding',
  'pragma',
  'cache-control',
]);
/** Names of further attributes (github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention). */
const EXTENSION = /^[a-z0-9]{1,20}$/;

/** The operation of a request, as `blob.appendBlock`; undefined for none. */
export const azureOperation = (
  api: AzureApi,
  request: Pick<AzureRequest, 'method' | 'path' | 'headers'>,
): string | undefined => {
  const found = callOf(api, request);
  return found && `${api}.${found.name}`;
};

/** Everything wrong with a request: method and path, query, headers and the body. */
export function azureProblems(api: AzureApi, request: AzureRequest): string[] {
  const call = callOf(api, request);
  if (call === undefined) return [`${request.method} ${request.path}: no such operation of ${api}`];
  const { operation, name, parts } = call;
  const where = `${api}.${name}`;
  const query = [...new URL(request.path, 'http://azure').searchParams];
  return [
    ...parts.flatMap(([part, text]) => {
      const described = operation.parts.find((one) => one.name === part);
      return described === undefined ? [] : textProblems(described, text, `${where} ${part}`);
    }),
    ...parameterProblems(operation.query, query, where, NEWER[api]),
    ...headerProblems(operation, request, where),
    ...bodyProblems(APIS[api], operation, request, where),
  ];
}

interface Call {
  readonly name: string;
  readonly operation: Operation;
  /** Parts of the path by name. */
  readonly parts: readonly (readonly [string, string])[];
}

function callOf(
  api: AzureApi,
  { method, path, headers }: Pick<AzureRequest, 'method' | 'path' | 'headers'>,
): Call | undefined {
  const { pathname, searchParams } = new URL(path, 'http://azure');
  for (const [name, operation] of Object.entries(APIS[api].operations)) {
    const template = operation.path === '' ? TOPIC_PATH : operation.path;
    const parts = match(template, pathname);
    if (operation.method !== method || parts === undefined) continue;
    // Operations of one path differ by constants of their query, and by the type of the blob.
    const comp = operation.query.find((one) => one.name === 'comp')?.constant ?? null;
    const type = operation.headers.find((one) => one.name === 'x-ms-blob-type')?.constant;
    if (comp !== searchParams.get('comp') || type !== headers['x-ms-blob-type']) continue;
    return { name, operation, parts };
  }
  return undefined;
}

/** `{blob}` has several segments, and another part one, which is empty only at the end. */
function match(template: string, path: string): (readonly [string, string])[] | undefined {
  const names: string[] = [];
  const source = template.replaceAll(/\{([\w-]+)\}/g, (_, name: string) => {
    names.push(name);
    return name === 'blob' ? '(.+)' : name === 'secret-version' ? '([^/]*)' : '([^/]+)';
  });
  const found = new RegExp(`^${source}$`).exec(path);
  return found === null ? undefined : names.map((name, index) => [name, found[index + 1] ?? ''] as const);
}

function parameterProblems(
  described: readonly Parameter[],
  sent: readonly (readonly [string, string])[],
  where: string,
  newer: string | undefined,
): string[] {
  const missing = described
    .filter(
      ({ name, required, constant }) => required === true || (constant !== undefined && name !== 'Accept'),
    )
    .filter(({ name }) => !sent.some(([one]) => one === name))
    .map(({ name }) => `${where} ${name}: missing`);
  return [
    ...missing,
    ...sent.flatMap(([name, text]) => {
      const parameter = described.find((one) => one.name === name);
      if (parameter === undefined) return [`${where} ${name}: unknown`];
      if (name === 'api-version' && newer !== undefined)
        return text === newer ? [] : [`${where} ${name}: not ${newer}`];
      return textProblems(parameter, text, `${where} ${name}`);
    }),
  ];
}

function headerProblems(
  { headers: described, body }: Operation,
  request: AzureRequest,
  where: string,
): string[] {
  const sent = Object.entries(request.headers).filter(([name]) => !TRANSPORT.has(name));
  const find = (name: string) =>
    described.find((one) => one.name.toLowerCase() === name || name.startsWith(one.prefix ?? '\n'));
  const required = described.filter(
    ({ name, constant }) => constant !== undefined && !TRANSPORT.has(name.toLowerCase()),
  );
  const type = described.find(({ name }) => name === 'Content-Type')?.constant;
  return [
    ...required
      .filter(({ name }) => request.headers[name.toLowerCase()] === undefined)
      .map(({ name }) => `${where} ${name}: missing`),
    ...sent.flatMap(([name, text]) => {
      const header = find(name);
      return header === undefined
        ? [`${where} ${name}: unknown`]
        : textProblems(header, String(text), `${where} ${name}`);
    }),
    // Bytes may have any type; the type of a JSON body chooses how it is read.
    ...(body !== undefined && body.type !== 'Stream' && !body.xml && request.headers['content-type'] !== type
      ? [`${where} content-type: ${request.headers['content-type'] ?? 'absent'}, described ${type}`]
      : []),
  ];
}

function bodyProblems(api: Api, { body }: Operation, request: AzureRequest, where: string): string[] {
  if (body === undefined) return request.body === '' ? [] : [`${where}: a body, and none is described`];
  if (body.type === 'Stream' || body.xml) return [];
  try {
    return valueProblems(api, body, JSON.parse(request.body), where);
  } catch {
    return [`${where}: the body is not JSON`];
  }
}

function valueProblems(api: Api, schema: Schema, value: unknown, where: string): string[] {
  switch (schema.type) {
    case 'Composite':
      return modelProblems(api.models[schema.model ?? ''], api, value, where);
    case 'Sequence':
      if (!Array.isArray(value)) return [`${where}: not a list`];
      return value.flatMap((one, index) =>
        valueProblems(api, schema.element ?? { type: 'any' }, one, `${where}[${index}]`),
      );
    case 'Dictionary':
      if (!isObject(value)) return [`${where}: not an object`];
      return Object.entries(value).flatMap(([key, one]) =>
        valueProblems(api, schema.value ?? { type: 'any' }, one, `${where}.${key}`),
      );
    case 'Boolean':
      return typeof value === 'boolean' ? [] : [`${where}: not true or false`];
    case 'DateTime':
      return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(String(value)) ? [] : [`${where}: not a time in UTC`];
    case 'String':
    case 'Enum':
      return typeof value === 'string' ? textProblems(schema, value, where) : [`${where}: not a string`];
    default:
      return []; // any
  }
}

function modelProblems(model: Model | undefined, api: Api, value: unknown, where: string): string[] {
  if (model === undefined) return [`${where}: no description`];
  if (!isObject(value)) return [`${where}: not an object`];
  const missing = Object.entries(model.members)
    .filter(([name, { required }]) => required === true && value[name] === undefined)
    .map(([name]) => `${where}.${name}: missing`);
  return [
    ...missing,
    ...Object.entries(value).flatMap(([name, one]) => {
      const member = model.members[name];
      if (member === undefined)
        return model.open && EXTENSION.test(name) ? [] : [`${where}.${name}: unknown`];
      if (member.readOnly === true) return [`${where}.${name}: only in answers`];
      return valueProblems(api, member, one, `${where}.${name}`);
    }),
  ];
}

function textProblems(schema: Schema, text: string, where: string): string[] {
  const { constant, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY, enum: words } = schema;
  if (constant !== undefined && text !== constant) return [`${where}: ${text}, described ${constant}`];
  if (schema.type === 'Number' && !/^\d+$/.test(text)) return [`${where}: not a whole number`];
  if (pattern !== undefined && !new RegExp(pattern).test(text))
    return [`${where}: does not match ${pattern}`];
  if (text.length < minLength || text.length > maxLength) return [`${where}: ${text.length} characters`];
  return words === undefined || words.includes(text) ? [] : [`${where}: not one of ${words.join(', ')}`];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
