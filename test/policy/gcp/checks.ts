import { selfContained } from '../self-contained.ts';
import type { GcpCheck } from './check.ts';
import { inOneRegion, keysAsAsked, protectedAsAsked, retentionIsExplicit } from './data-at-rest.ts';
import { deadLettersAreKept, logsAreBounded, timeToAcknowledge } from './delivery.ts';
import { narrowRoles, noSecretsInState, notPublicOnGcp, oneOwner, ownIdentities } from './identity.ts';

/** Everything that holds of every synthesized stack of Google Cloud. */
export const GCP_CHECKS = {
  'the key that the environment asks for': keysAsAsked,
  'an explicit retention': retentionIsExplicit,
  'an end that the environment asks for': protectedAsAsked,
  'one region': inOneRegion,
  'nothing public': notPublicOnGcp,
  'narrow roles': narrowRoles,
  'one owner of each right': oneOwner,
  'an identity of its own for each function': ownIdentities,
  'no secret in the state': noSecretsInState,
  'dead letters that are kept': deadLettersAreKept,
  'time to acknowledge': timeToAcknowledge,
  'bounded logs': logsAreBounded,
  'nothing from outside': selfContained,
} as const satisfies Readonly<Record<string, GcpCheck>>;
