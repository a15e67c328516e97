import { selfContained } from '../self-contained.ts';
import type { AzureCheck } from './check.ts';
import {
  endOfAzure,
  inOneLocation,
  keysOfAccounts,
  retentionOfAzure,
  taggedByModel,
} from './data-at-rest.ts';
import { deadLettersOfAzure, hostsMayRun, linesReachTheWorkspace, onePlanForEachSite } from './delivery.ts';
import { entraAlone, noPasswordsOfDeployments, signInBeforeHttp, tlsAlone } from './exposure.ts';
import {
  conditionsOnArtifacts,
  noStaticCredentials,
  oneOwnerOfARole,
  ownIdentityOfEachSite,
  rolesOfTheTable,
} from './identity.ts';

/** Everything that holds of every synthesized stack of Azure. */
export const AZURE_CHECKS = {
  'the key that the environment asks for': keysOfAccounts,
  'an explicit retention': retentionOfAzure,
  'an end that the environment asks for': endOfAzure,
  'one location': inOneLocation,
  'tags of the model': taggedByModel,
  'roles of the table': rolesOfTheTable,
  'conditions on artifacts': conditionsOnArtifacts,
  'one owner of each role': oneOwnerOfARole,
  'an identity of its own for each site': ownIdentityOfEachSite,
  'no static credentials': noStaticCredentials,
  'Entra alone': entraAlone,
  'TLS alone': tlsAlone,
  'sign-in before HTTP': signInBeforeHttp,
  'no passwords of deployments': noPasswordsOfDeployments,
  'dead letters that are kept': deadLettersOfAzure,
  'hosts that may run': hostsMayRun,
  'one plan for each site': onePlanForEachSite,
  'lines in the workspace': linesReachTheWorkspace,
  'nothing from outside': selfContained,
} as const satisfies Readonly<Record<string, AzureCheck>>;
