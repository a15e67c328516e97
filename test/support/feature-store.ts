/**
 * The runtime of SageMaker Feature Store as a server on this machine, for groups with an online store only. No emulator
 * has it, so it keeps the rules of the vendor's documentation:
 *
 * - API_feature_store_PutRecord: a record is written online only when its event time is greater than the stored one's; it
 *   replaces the whole record. Members, lengths and patterns are those of the API description (fixtures/aws-shapes).
 * - API_feature_store_DeleteRecord: HardDelete removes the record when its event time is later than the stored one's, and is
 *   a ValidationError otherwise; SoftDelete keeps the identifier and its event time.
 * - API_CreateFeatureGroup: event times are `yyyy-MM-dd'T'HH:mm:ssZ`, the same with `.SSS`, or seconds since 1970; names
 *   that are reserved; the identifier and the event time are features of the group.
 * - Feature Store quotas and data types (developer guide, feature-store-quotas): 64-bit integers, IEEE 754 doubles, UTF-8
 *   texts; 350 KB a record, 2 KB an identifier.
 */

import { createServer, type IncomingMessage } from 'node:http';
import { requestProblems } from './vendor-api.ts';

/** As CloudFormation and CreateFeatureGroup have it. */
export interface GroupDefinition {
  readonly FeatureGroupName: string;
  readonly RecordIdentifierFeatureName: string;
  readonly EventTimeFeatureName: string;
  readonly FeatureDefinitions: readonly { readonly FeatureName: string; readonly FeatureType: string }[];
}

interface Value {
  readonly FeatureName: string;
  readonly ValueAsString: string;
}

export interface FeatureStoreServer {
  /** Options of an SDK client that talks to it. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Makes a group. @throws Error for a definition that the service refuses */
  create(group: GroupDefinition): void;
  /** Records that were sent to be put, whether or not they replaced another. */
  readonly puts: readonly (readonly Value[])[];
  stop(): Promise<void>;
}

const RESERVED = ['is_deleted', 'write_time', 'api_invocation_time'];
const NAME = /^[a-zA-Z0-9]([-_]*[a-zA-Z0-9]){0,63}$/;
const MAX_RECORD_BYTES = 350 * 1024;
const MAX_IDENTIFIER_BYTES = 2 * 1024;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
/** In Java's patterns `.` is none of these. */
const LINE_BREAK = /[\n\r\u0085\u2028\u2029]/;

const FITS: Readonly<Record<string, (text: string) => boolean>> = {
  String: () => true,
  Integral: (text) => /^[+-]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text),
  Fractional: (text) => text.trim() !== '' && Number.isFinite(Number(text)),
};

class Refused extends Error {
  readonly type: 'ValidationError' | 'ResourceNotFound';

  constructor(type: Refused['type'], message: string) {
    super(message);
    this.type = type;
  }
}

/** Starts the server on a free port. */
export async function startFeatureStore(): Promise<FeatureStoreServer> {
  const groups = new Map<string, { group: GroupDefinition; records: Map<string, readonly Value[]> }>();
  const puts: (readonly Value[])[] = [];

  function groupOf(name: string) {
    const found = groups.get(name);
    if (found === undefined) throw new Refused('ResourceNotFound', `no feature group ${name}`);
    return found;
  }

  function put(name: string, body: { readonly Record: readonly Value[] }): unknown {
    const problems = requestProblems('sagemaker-featurestore-runtime', 'PutRecord', {
      FeatureGroupName: name,
      ...body,
    });
    const { group, records } = groupOf(name);
    problems.push(...recordProblems(group, body.Record));
    if (problems.length > 0) throw new Refused('ValidationError', problems.join('; '));
    puts.push(body.Record);
    const id = textOf(body.Record, group.RecordIdentifierFeatureName);
    const stored = records.get(id);
    const time = (record: readonly Value[]) => timeOf(textOf(record, group.EventTimeFeatureName));
    if (stored === undefined || time(body.Record) > time(stored)) records.set(id, body.Record);
    return {};
  }

  function get(name: string, query: URLSearchParams): unknown {
    const { records } = groupOf(name);
    const record = records.get(query.get('RecordIdentifierValueAsString') ?? '');
    const wanted = query.getAll('FeatureName');
    if (record === undefined) return {};
    return {
      Record: record.filter(({ FeatureName }) => wanted.length === 0 || wanted.includes(FeatureName)),
    };
  }

  function erase(name: string, query: URLSearchParams): unknown {
    const { group, records } = groupOf(name);
    const [id = '', at = '', mode] = ['RecordIdentifierValueAsString', 'EventTime', 'DeletionMode'].map(
      (one) => query.get(one) ?? undefined,
    );
    if (mode !== 'HardDelete') throw new Error('only hard deletions are simulated');
    const stored = records.get(id);
    if (stored === undefined) return {};
    if (!(timeOf(at) > timeOf(textOf(stored, group.EventTimeFeatureName))))
      throw new Refused('ValidationError', 'EventTime: not later than the record');
    records.delete(id);
    return {};
  }

  async function answer(request: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const name = decodeURIComponent(pathname.replace('/FeatureGroup/', ''));
    if (request.method === 'DELETE') return erase(name, searchParams);
    return request.method === 'PUT'
      ? put(name, JSON.parse(Buffer.concat(chunks).toString()))
      : get(name, searchParams);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (body) => response.writeHead(200, JSON_TYPE).end(JSON.stringify(body)),
      (error: Error) => {
        const type = error instanceof Refused ? error.type : 'InternalFailure';
        const status = type === 'ValidationError' ? 400 : type === 'ResourceNotFound' ? 404 : 500;
        response
          .writeHead(status, { ...JSON_TYPE, 'x-amzn-errortype': type })
          .end(JSON.stringify({ Message: error.message }));
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    client: {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    },
    create(group) {
      const names = group.FeatureDefinitions.map(({ FeatureName }) => FeatureName);
      const problems = [
        ...names.filter(
          (name) => !NAME.test(name) || name.length > 64 || RESERVED.includes(name.toLowerCase()),
        ),
        ...names.filter((name, i) => names.indexOf(name) !== i),
        ...[group.RecordIdentifierFeatureName, group.EventTimeFeatureName].filter(
          (one) => !names.includes(one),
        ),
      ];
      if (problems.length > 0) throw new Error(`the service refuses ${problems.join(', ')}`);
      groups.set(group.FeatureGroupName, { group, records: new Map() });
    },
    puts,
    stop: () =>
      new Promise((stopped) => {
        server.close(() => stopped());
        server.closeAllConnections();
      }),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

function recordProblems(group: GroupDefinition, record: readonly Value[]): string[] {
  const types = new Map(group.FeatureDefinitions.map((one) => [one.FeatureName, one.FeatureType]));
  const names = record.map(({ FeatureName }) => FeatureName);
  const bytes = record.reduce((sum, { ValueAsString }) => sum + Buffer.byteLength(ValueAsString ?? ''), 0);
  const own = (name: string) => record.find(({ FeatureName }) => FeatureName === name)?.ValueAsString;
  const id = own(group.RecordIdentifierFeatureName);
  const time = own(group.EventTimeFeatureName);
  return [
    ...names.filter((name) => !types.has(name)).map((name) => `unknown feature ${name}`),
    ...names.filter((name, i) => names.indexOf(name) !== i).map((name) => `${name} twice`),
    ...(id === undefined || id === '' ? ['no identifier'] : []),
    ...(id !== undefined && Buffer.byteLength(id) > MAX_IDENTIFIER_BYTES ? ['identifier too long'] : []),
    ...(time === undefined || Number.isNaN(timeOf(time)) ? ['no event time'] : []),
    ...(bytes > MAX_RECORD_BYTES ? [`record of ${bytes} bytes`] : []),
    ...record.flatMap(({ FeatureName, ValueAsString: text }) => [
      ...(LINE_BREAK.test(text) ? [`${FeatureName} does not match .*`] : []),
      ...(FITS[types.get(FeatureName) ?? 'String']?.(text) ? [] : [`${FeatureName} is of another type`]),
    ]),
  ];
}

const textOf = (record: readonly Value[], name: string): string =>
  record.find(({ FeatureName }) => FeatureName === name)?.ValueAsString ?? '';

/** Seconds since 1970; NaN for what is not an event time. */
function timeOf(text: string): number {
  if (ISO.test(text)) return Date.parse(text) / 1_000;
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
