import type { Check } from './check.ts';
import { encryptedAsAsked, keyNamesProducers } from './data-at-rest.ts';
import { boundedLogs, notPublic, ownEvents, soundFunctions, tlsOnly } from './exposure.ts';
import { confinedServices, noManagedPolicies, noPublicPolicies, noWildcards } from './identity.ts';
import { callersHoldTheKey } from './key-holders.ts';
import { repeatable } from './names.ts';
import { alarmsAct, alarmsSeeSomething } from './observability.ts';
import { onlyStartersStart } from './starters.ts';
import { usedByBoth, validWorkflows } from './use.ts';

/** Everything that holds of every synthesized template. */
export const CHECKS = {
  'no wildcard outside the list': noWildcards,
  'no managed policies and no users': noManagedPolicies,
  'services act for this account only': confinedServices,
  'no resource is open to everybody': noPublicPolicies,
  'encrypted as the environment asks': encryptedAsAsked,
  "the key's policy names every producer": keyNamesProducers,
  'whoever reaches something encrypted may use its key': callersHoldTheKey,
  'a create can be repeated': repeatable,
  'only starters start a training': onlyStartersStart,
  'TLS only': tlsOnly,
  'nothing public': notPublic,
  'sound functions': soundFunctions,
  'rules hear this account only': ownEvents,
  'logs end': boundedLogs,
  'alarms see something': alarmsSeeSomething,
  'alarms act': alarmsAct,
  'everything that holds something is written and read': usedByBoth,
  'valid workflows': validWorkflows,
} as const satisfies Readonly<Record<string, Check>>;
