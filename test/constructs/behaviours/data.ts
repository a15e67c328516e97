/** The behaviours of what holds data: the artifact store, logs, keys, and what stays. */

import { checkEach } from '../../policy/check.ts';
import { type Check, sameMembers } from './check.ts';

const refusesThePublic: Check = (reader) =>
  checkEach(reader.stores(), ({ isPublic }) => [isPublic && 'can be opened to the public']);

const refusesPlainHttp: Check = (reader) =>
  checkEach(reader.stores(), ({ takesPlainHttp }) => [takesPlainHttp && 'takes plain HTTP']);

const keepsVersions: Check = (reader) =>
  checkEach(reader.stores(), ({ isVersioned }) => [!isVersioned && 'keeps no old versions']);

/** Runs, models, approvals and the pointer never end by themselves: they are lineage. */
const deletesWhatEnds: Check = (reader, { retention }) => {
  const { predictions, ...others } = retention;
  const wanted = new Map<string, number | 'forever'>([
    ...Object.entries(others).map(([prefix, days]) => [`${prefix}/`, days] as const),
    ['predictions/', predictions],
    ['undelivered/', predictions],
  ]);
  return checkEach(reader.stores(), ({ expiries }) => [
    ...[...wanted].map(
      ([prefix, days]) =>
        days !== 'forever' &&
        expiries[prefix] !== days &&
        `deletes ${prefix} after ${expiries[prefix] ?? 'no'} days, must after ${days}`,
    ),
    ...Object.keys(expiries).map(
      (prefix) => (wanted.get(prefix) ?? 'forever') === 'forever' && `deletes ${prefix || 'everything'}`,
    ),
  ]);
};

const oldRowsGo: Check = (reader) =>
  checkEach(reader.stores(), ({ oldVersionDays, clearsMarkers }) => [
    ...['exports/', 'prepared/', 'quarantine/', 'snapshots/', 'predictions/', 'truth/', 'batch/'].map(
      (prefix) =>
        (oldVersionDays[prefix] ?? Number.POSITIVE_INFINITY) > 7 &&
        `keeps old versions of ${prefix} for more than a week`,
    ),
    oldVersionDays[''] === undefined && 'keeps old versions for ever',
    clearsMarkers === false && 'keeps the markers of deleted objects',
  ]);

const oneStore: Check = (reader) => {
  const stores = reader.stores();
  return { looked: stores.length, findings: stores.length === 1 ? [] : [`${stores.length} artifact stores`] };
};

const encrypted: Check = (reader, { environment: { encryption } }) =>
  checkEach(reader.atRest(), ({ key }) => [
    key !== encryption && `has key '${key}', must be '${encryption}'`,
  ]);

const staysOrGoes: Check = (reader, { environment: { removal } }) =>
  checkEach(reader.stateful(), ({ stays }) => [
    stays !== (removal === 'retain') && (stays ? 'stays when its stack goes' : 'goes with its stack'),
  ]);

const logsEnd: Check = (reader, { environment: { logRetentionDays } }) =>
  checkEach(reader.logs(), ({ days }) => [
    days !== logRetentionDays && `is kept ${days ?? 'for ever'}, must be ${logRetentionDays} days`,
  ]);

const logsGo: Check = (reader) =>
  checkEach(reader.logs(), ({ stays }) => [stays && 'stays, and its name makes the next create fail']);

const peopleAreNotified: Check = (reader, { environment: { alertTo } }) =>
  sameMembers(
    'notifications',
    reader.people().map(({ address }) => address),
    alertTo,
  );

export const DATA_BEHAVIOURS = {
  'a model has one artifact store': oneStore,
  'the artifact store refuses the public': refusesThePublic,
  'the artifact store refuses plain HTTP': refusesPlainHttp,
  'the artifact store keeps old versions of its objects': keepsVersions,
  'the artifact store deletes what the retention of the environment ends, and nothing else': deletesWhatEnds,
  'the artifact store deletes old versions of rows within a week, and their markers': oldRowsGo,
  'data at rest has the key that the environment asks for': encrypted,
  'data stays or goes with its stack, as the environment asks': staysOrGoes,
  'logs are kept for the days that the environment asks for': logsEnd,
  'logs go with their stack, which can then be made anew': logsGo,
  'the people of the environment are notified': peopleAreNotified,
} as const satisfies Readonly<Record<string, Check>>;
