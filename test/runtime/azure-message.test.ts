import { describe, expect, it } from 'vitest';
import { queueMessage } from '../../lambdas/runtime/azure-message.ts';
import { NOT_JSON } from '../../lambdas/runtime/json-body.ts';

const EVENT = { id: 'version.approved:3', type: 'version.approved', at: 1, detail: { version: 3 } };
/** As Event Grid delivers it (learn.microsoft.com/azure/event-grid/cloud-event-schema). */
const CLOUD_EVENT = {
  specversion: '1.0',
  id: 'version.approved:3',
  type: 'version.approved',
  source: 'mlops/churn/dev',
  subject: 'churn',
  time: '2026-03-12T19:03:58.123Z',
  data: EVENT,
};
/** In small letters at the beginning of each name, as the library hands it over. */
const METADATA = {
  id: '83ab2b60-9b7f-4e8f-8f9e-2c6f5a0b8f55',
  dequeueCount: 2,
  insertionTime: '2026-03-12T19:03:58+00:00',
  popReceipt: 'AgAAAAMAAAAAAAAA',
};
const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64');

describe('a message of a queue', () => {
  it.each([
    ['a CloudEvent', CLOUD_EVENT],
    ['a CloudEvent in base64', base64(CLOUD_EVENT)],
    ['a CloudEvent as bytes', Buffer.from(JSON.stringify(CLOUD_EVENT))],
    ['a CloudEvent with data in base64', { ...CLOUD_EVENT, data: undefined, data_base64: base64(EVENT) }],
  ])('is the data of %s, with its type and id', (_, message) => {
    expect(queueMessage(message, METADATA)).toEqual({
      event: EVENT,
      insertedAt: Date.UTC(2026, 2, 12, 19, 3, 58),
      type: 'version.approved',
      id: 'version.approved:3',
      attempt: 2,
    });
  });

  it.each([
    ['parsed', { trigger: 'demand' }],
    ['as text in base64', base64({ trigger: 'demand' })],
    ['as text in lines of base64', `${base64({ trigger: 'demand' })}\n`],
  ])('is JSON of a person, %s, with the id of the queue', (_, message) => {
    expect(queueMessage(message, METADATA)).toMatchObject({
      event: { trigger: 'demand' },
      type: 'unknown',
      id: METADATA.id,
    });
  });

  it.each([
    ['text', 'Guten Tag'],
    ['base64 of no JSON', Buffer.from('Guten Tag').toString('base64')],
    ['base64 of no UTF-8', Buffer.from([0xff, 0xfe, 0x22]).toString('base64')],
    ['bytes of no JSON', Buffer.from([0xff, 0x00])],
    ['nothing', undefined],
    ['an empty text', ''],
    ['a CloudEvent whose data is no JSON', { ...CLOUD_EVENT, data: undefined, data_base64: '####' }],
  ])('is unreadable: %s', (_, message) => {
    expect(queueMessage(message, METADATA).event).toBe(NOT_JSON);
  });

  it('is an event as it is, where its form is not that of a CloudEvent', () => {
    for (const message of [
      7,
      null,
      [CLOUD_EVENT],
      { ...CLOUD_EVENT, specversion: '0.3' },
      { specversion: '1.0' },
    ])
      expect(queueMessage(message, METADATA).event).toEqual(message ?? NOT_JSON);
  });

  it.each(['', 'a\nb', '\u202e', 'x'.repeat(201), 7, { a: 1 }, undefined])(
    'is named unknown where a stranger names it %j',
    (hostile) => {
      expect(queueMessage({ ...CLOUD_EVENT, id: hostile ?? '', type: hostile }, METADATA)).toMatchObject({
        type: 'unknown',
        id: 'unknown',
      });
    },
  );

  it('is the first try at an unknown time where the queue says nothing', () => {
    expect(queueMessage({})).toEqual({
      event: {},
      insertedAt: undefined,
      type: 'unknown',
      id: 'unknown',
      attempt: 1,
    });
  });
});
