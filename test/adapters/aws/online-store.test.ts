import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onlineDefinition } from '../../../constructs/aws/feature-store.ts';
import { createOnlineStore } from '../../../lambdas/adapters/aws/online-store.ts';
import type { FeatureSpec } from '../../../lambdas/core/features/spec.ts';
import { onlineStoreContract, row, SPEC } from '../../contracts/online-store.ts';
import { type FeatureStoreServer, startFeatureStore } from '../../support/feature-store.ts';

let server: FeatureStoreServer;
let groups = 0;
beforeAll(async () => {
  server = await startFeatureStore();
});
afterAll(() => server.stop());

/** A group as the construct defines it. */
function group(spec: FeatureSpec): string {
  groups += 1;
  const { recordIdentifierFeatureName, eventTimeFeatureName, featureDefinitions } = onlineDefinition(spec);
  server.create({
    FeatureGroupName: `churn-dev-v${groups}`,
    RecordIdentifierFeatureName: recordIdentifierFeatureName,
    EventTimeFeatureName: eventTimeFeatureName,
    FeatureDefinitions: featureDefinitions.map(({ featureName, featureType }) => ({
      FeatureName: featureName,
      FeatureType: featureType,
    })),
  });
  return `churn-dev-v${groups}`;
}

onlineStoreContract('a SageMaker feature group', (spec) => {
  const name = group(spec);
  return { open: () => createOnlineStore({ group: name, features: spec, client: server.client }) };
});

describe('the online store on SageMaker', () => {
  const open = (name = group(SPEC)) =>
    createOnlineStore({ group: name, features: SPEC, client: server.client });

  it('writes nothing when the same row comes again, because the service would keep no trace of it', async () => {
    const store = open();
    await store.put([row('k', 1, { spend: 1 })]);
    const before = server.puts.length;
    await store.put([row('k', 1, { spend: 1 })]);
    await store.put([row('k', 0, { spend: 2 })]);
    expect(server.puts.length).toBe(before);
  });

  it('reads a feature that was added after the record as missing', async () => {
    const added = { kind: 'numeric', name: 'added', description: 'd' } as const;
    const grown = { ...SPEC, fields: [...SPEC.fields, added] };
    const name = group(grown);
    await open(name).put([row('k', 1, { spend: 1 })]);
    const store = createOnlineStore({ group: name, features: grown, client: server.client });
    expect(await store.get('k')).toEqual({
      ...row('k', 1),
      values: new Map([...row('k', 1, { spend: 1 }).values, ['added', null]]),
    });
  });

  it('rejects a row that is larger than a record may be, with a fix', async () => {
    const times = Array.from({ length: 1_001 }, (_, i) => i + 0.123);
    const values = new Map(Array.from({ length: 30 }, (_, i) => [`f${i}`, times.map(Math.sqrt)] as const));
    await expect(open().put([{ ...row('k', 1), events: { times, values } }])).rejects.toMatchObject({
      code: 'online/too-large',
      fix: expect.stringContaining('fewer'),
    });
  });

  it('fails with a code where the feature group is absent', async () => {
    await expect(open('nowhere').get('k')).rejects.toMatchObject({ code: 'online/not-found' });
  });
});

/** The rules that the server keeps, so that the contract above means something. */
describe('the fake feature store of these tests', () => {
  const put = async (values: Readonly<Record<string, string>>, name = group(SPEC)) => {
    const Record = Object.entries({ 'record-key': 'k', 'event-time': '1', ...values }).map(
      ([FeatureName, ValueAsString]) => ({ FeatureName, ValueAsString }),
    );
    const url = `${server.client.endpoint}/FeatureGroup/${name}`;
    const answer = await fetch(url, { method: 'PUT', body: JSON.stringify({ Record }) });
    const read = await fetch(`${url}?RecordIdentifierValueAsString=k`);
    return { status: answer.status, ...((await read.json()) as { Record?: typeof Record }) };
  };
  const VERSION = { 'record-version': '2026-01-05T13:00:00.001Z' };

  it('keeps the stored record when the event time is not greater, and answers 200', async () => {
    const name = group(SPEC);
    await put({ ...VERSION, spend: '1' }, name);
    for (const version of ['2026-01-05T13:00:00.001Z', '2026-01-05T13:00:00Z']) {
      const { status, Record } = await put({ 'record-version': version, spend: '2' }, name);
      expect([status, Record?.find(({ FeatureName }) => FeatureName === 'spend')?.ValueAsString]).toEqual([
        200,
        '1',
      ]);
    }
    const { Record } = await put({ 'record-version': '2026-01-05T13:00:00.002Z' }, name);
    expect(Record?.some(({ FeatureName }) => FeatureName === 'spend')).toBe(false); // a full overwrite
  });

  it.each([
    ['an unknown feature', { ...VERSION, spend_eur: '1' }],
    ['no event time', {}],
    ['an event time with microseconds', { 'record-version': '2026-01-05T13:00:00.000001Z' }],
    ['an event time of another zone', { 'record-version': '2026-01-05T13:00:00+01:00' }],
    ['an empty identifier', { ...VERSION, 'record-key': '' }],
    ['a text where a number belongs', { ...VERSION, spend: 'much' }],
    ['a fraction where a whole number belongs', { ...VERSION, open: '0.5' }],
    ['a line break', { ...VERSION, plan: 'a\nb' }],
    ['a line separator', { ...VERSION, plan: 'a\u2028b' }],
    ['more than 350 KB', { ...VERSION, plan: 'x'.repeat(358_400) }],
  ])('refuses %s', async (_, values) => {
    expect(await put(values)).toEqual({ status: 400 });
  });

  it('refuses groups with names that the service reserves, or that end in an underscore', () => {
    const definition = (name: string) => ({
      FeatureGroupName: 'g',
      RecordIdentifierFeatureName: 'id',
      EventTimeFeatureName: 'at',
      FeatureDefinitions: ['id', 'at', name].map((one) => ({ FeatureName: one, FeatureType: 'String' })),
    });
    for (const name of ['write_time', 'is_deleted', 'x_', '_x', 'id'])
      expect(() => server.create(definition(name))).toThrow();
    server.create(definition('x_1'));
  });
});
