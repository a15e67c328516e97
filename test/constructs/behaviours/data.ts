/** The behaviours of what holds data: the artifact store, logs, keys, and what stays. */

import { checkEach } from '../../policy/check.ts';
import { type Check, sameMembers } from './check.ts';

/** Default of `ArtifactStoreProps.predictionDays` (constructs/contract/artifact-store.ts). */
const PREDICTION_DAYS = 400;

const refusesThePublic: Check = (reader) =>
  checkEach(reader.stores(), ({ isPublic }) => [isPublic && 'can be opened to the public']);

const refusesPlainHttp: Check = (reader) =>
  checkEach(reader.stores(), ({ takesPlainHttp }) => [takesPlainHttp && 'takes plain HTTP']);

const keepsVersions: Check = (reader) =>
  checkEach(reader.stores(), ({ isVersioned }) => [!isVersioned && 'keeps no old versions']);

/** Nothing else ends by itself: features, models and runs are lineage. */
const deletesOldPredictions: Check = (reader) =>
  checkEach(reader.stores(), ({ expiries }) => [
    expiries['predictions/'] !== PREDICTION_DAYS &&
      `deletes predictions after ${expiries['predictions/'] ?? 'no'} days, must after ${PREDICTION_DAYS}`,
    ...Object.keys(expiries).map(
      (prefix) => !['predictions/', 'undelivered/'].includes(prefix) && `deletes ${prefix || 'everything'}`,
    ),
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
  'the artifact store deletes old predictions, and nothing else': deletesOldPredictions,
  'data at rest has the key that the environment asks for': encrypted,
  'data stays or goes with its stack, as the environment asks': staysOrGoes,
  'logs are kept for the days that the environment asks for': logsEnd,
  'logs go with their stack, which can then be made anew': logsGo,
  'the people of the environment are notified': peopleAreNotified,
} as const satisfies Readonly<Record<string, Check>>;
