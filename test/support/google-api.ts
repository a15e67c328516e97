/**
 * What is wrong with a request to Google by Google's own description of the service: the discovery documents in the Python
 * package google-api-python-client, which .ci/run installs.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { environment, type Tool } from './tools.ts';

/** A document by service and version, as `pubsub.v1`. */
export type GoogleApi = `${string}.v${string}`;

/** A request as it was sent. */
export interface GoogleRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  /** JSON, or bytes of a media upload; empty without a body. */
  readonly body: string;
  readonly contentType?: string | undefined;
}

/** developers.google.com/discovery/v1/reference/apis */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly minimum?: string;
  readonly maximum?: string;
  readonly required?: boolean;
  readonly readOnly?: boolean;
  readonly repeated?: boolean;
  readonly location?: 'path' | 'query';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
}

interface Method {
  readonly id: string;
  readonly httpMethod: string;
  readonly path: string;
  readonly flatPath?: string;
  readonly parameters?: Readonly<Record<string, Schema>>;
  readonly request?: { readonly $ref: string };
  readonly supportsMediaDownload?: boolean;
  readonly mediaUpload?: {
    readonly protocols: Readonly<Record<string, { readonly path: string }>>;
  };
}

interface Resource {
  readonly methods?: Readonly<Record<string, Method>>;
  readonly resources?: Readonly<Record<string, Resource>>;
}

interface Document extends Resource {
  readonly servicePath: string;
  readonly parameters: Readonly<Record<string, Schema>>;
  readonly schemas: Readonly<Record<string, Schema>>;
}

const FOLDER = documentsFolder();

/** The discovery documents. */
export const googleApis: Tool = {
  name: 'google-api-python-client in an environment google',
  present: FOLDER !== undefined,
};

function documentsFolder(): string | undefined {
  const libraries = join(environment('google'), '../lib');
  if (!existsSync(libraries)) return undefined;
  return readdirSync(libraries)
    .map((python) => join(libraries, python, 'site-packages/googleapiclient/discovery_cache/documents'))
    .find(existsSync);
}

const documents = new Map<GoogleApi, Document>();

function documentOf(api: GoogleApi): Document {
  const known = documents.get(api);
  if (known !== undefined) return known;
  const document = JSON.parse(readFileSync(join(FOLDER ?? '', `${api}.json`), 'utf8')) as Document;
  documents.set(api, document);
  return document;
}

/** The method of the document that a request calls, as `pubsub.projects.topics.publish`; undefined for none. */
export function googleMethod(
  api: GoogleApi,
  request: Pick<GoogleRequest, 'method' | 'path'>,
): string | undefined {
  return callOf(documentOf(api), request)?.method.id;
}

/** Everything wrong with a request: method and path, path and query parameters, and the body. */
export function googleProblems(api: GoogleApi, request: GoogleRequest): string[] {
  const document = documentOf(api);
  const call = callOf(document, request);
  if (call === undefined) return [`${request.method} ${request.path}: no such method of ${api}`];
  return [...parameterProblems(document, call, request), ...bodyProblems(document, call, request)];
}

/** Everything wrong with a value by a schema of the document, as `Dashboard` of `monitoring.v1`. */
export function googleValueProblems(api: GoogleApi, schema: string, value: unknown): string[] {
  return valueProblems(documentOf(api), { $ref: schema }, value, schema);
}

interface Call {
  readonly method: Method;
  readonly isUpload: boolean;
  /** Parts of the path by the name of the parameter. */
  readonly given: Readonly<Record<string, string>>;
}

function callOf(
  document: Document,
  { method, path }: Pick<GoogleRequest, 'method' | 'path'>,
): Call | undefined {
  const [plain = ''] = path.split('?');
  for (const one of methodsOf(document)) {
    if (one.httpMethod !== method) continue;
    // `flatPath` is exact where `path` has a parameter of several segments.
    const own = `/${document.servicePath}${one.flatPath ?? one.path}`;
    const uploads = Object.values(one.mediaUpload?.protocols ?? {}).map((protocol) => protocol.path);
    for (const template of [own, ...uploads]) {
      if (match(template, plain) === undefined) continue;
      const isUpload = template !== own;
      const given = match(isUpload ? template : `/${document.servicePath}${one.path}`, plain) ?? {};
      return { method: one, isUpload, given };
    }
  }
  return undefined;
}

function methodsOf({ methods = {}, resources = {} }: Resource): Method[] {
  return [...Object.values(methods), ...Object.values(resources).flatMap(methodsOf)];
}

/** Parameters of a path by their names: `{+name}` has several segments, `{name}` one. */
function match(template: string, path: string): Record<string, string> | undefined {
  const source = template
    .split(/(\{\+?\w+\})/)
    .map((part) => {
      const [, several, name] = /^\{(\+?)(\w+)\}$/.exec(part) ?? [];
      if (name === undefined) return part.replaceAll(/[.$*+?()[\]|]/g, '\\$&');
      return several === '+' ? `(?<${name}>.+)` : `(?<${name}>[^/:]+)`;
    })
    .join('');
  const found = new RegExp(`^${source}$`).exec(path);
  return found === null ? undefined : { ...found.groups };
}

function parameterProblems(document: Document, { method, given }: Call, { path }: GoogleRequest): string[] {
  const known = { ...document.parameters, ...method.parameters };
  const query = [...new URL(path, 'http://google').searchParams];
  const sent = [...Object.entries(given), ...query];
  const missing = Object.entries(known)
    .filter(
      ([name, { required, location }]) =>
        required === true && location === 'query' && !sent.some(([one]) => one === name),
    )
    .map(([name]) => `${method.id} ${name}: missing`);
  return [
    ...missing,
    ...sent.flatMap(([name, text]) => {
      const parameter = known[name];
      const where = `${method.id} ${name}`;
      if (parameter === undefined) return [`${where}: unknown`];
      return textProblems(parameter, decodeURIComponent(text), where);
    }),
  ];
}

/** A parameter is a text in any case. */
function textProblems(schema: Schema, text: string, where: string): string[] {
  if (schema.type === 'integer' || schema.format === 'int64') {
    if (!/^-?\d+$/.test(text)) return [`${where}: not a whole number`];
    return rangeProblems(schema, Number(text), where);
  }
  if (schema.type === 'boolean' && !/^(true|false)$/.test(text)) return [`${where}: not true or false`];
  return stringProblems(schema, text, where);
}

function bodyProblems(document: Document, { method, isUpload }: Call, request: GoogleRequest): string[] {
  const { body, contentType = '' } = request;
  if (isUpload) return [];
  if (method.request === undefined) return body === '' ? [] : [`${method.id}: a body, and none is described`];
  if (!contentType.startsWith('application/json'))
    return [`${method.id}: the content type is ${contentType || 'absent'}`];
  try {
    return valueProblems(document, method.request, JSON.parse(body), method.id);
  } catch {
    return [`${method.id}: the body is not JSON`];
  }
}

function valueProblems(document: Document, schema: Schema, value: unknown, where: string): string[] {
  if (schema.$ref !== undefined) {
    const found = document.schemas[schema.$ref];
    return found === undefined
      ? [`${where}: no schema ${schema.$ref}`]
      : valueProblems(document, found, value, where);
  }
  switch (schema.type) {
    case 'object':
      return objectProblems(document, schema, value, where);
    case 'array':
      if (!Array.isArray(value)) return [`${where}: not a list`];
      return value.flatMap((one, index) =>
        valueProblems(document, schema.items ?? {}, one, `${where}[${index}]`),
      );
    case 'string':
      return typeof value === 'string' ? stringProblems(schema, value, where) : [`${where}: not a string`];
    case 'integer':
      return Number.isInteger(value)
        ? rangeProblems(schema, Number(value), where)
        : [`${where}: not a whole number`];
    case 'number':
      return typeof value === 'number' ? rangeProblems(schema, value, where) : [`${where}: not a number`];
    case 'boolean':
      return typeof value === 'boolean' ? [] : [`${where}: not true or false`];
    default:
      return []; // any
  }
}

function objectProblems(document: Document, schema: Schema, value: unknown, where: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where}: not an object`];
  return Object.entries(value).flatMap(([name, one]) => {
    const member = schema.properties?.[name] ?? schema.additionalProperties;
    const path = `${where}.${name}`;
    if (member === undefined) return [`${path}: unknown`];
    if (member.readOnly === true) return [`${path}: only in answers`];
    return valueProblems(document, member, one, path);
  });
}

function stringProblems({ pattern, enum: words, format }: Schema, text: string, where: string): string[] {
  if (pattern !== undefined && !new RegExp(pattern).test(text))
    return [`${where}: does not match ${pattern}`];
  if (words !== undefined && !words.includes(text)) return [`${where}: not one of ${words.join(', ')}`];
  if (format === 'byte' && !/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return [`${where}: not base64`];
  return [];
}

function rangeProblems({ minimum, maximum }: Schema, value: number, where: string): string[] {
  const low = minimum !== undefined && value < Number(minimum);
  const high = maximum !== undefined && value > Number(maximum);
  return low || high ? [`${where}: ${value}, allowed ${minimum ?? 'any'} to ${maximum ?? 'any'}`] : [];
}
