/** What can go wrong at one call of a port. `F..` are the kinds that a distributed system's promises are tested by. */

import { RuntimeFailure } from '../../lambdas/core/errors.ts';

/** The process is gone: it makes no further call, and somebody starts it again with the same input. */
export class Crash extends Error {}

export const FAULTS = {
  'crash-before': 'F1: the process dies before the call',
  'crash-after': 'F2: it dies after the effect, before the answer',
  'answer-lost': 'F3: the effect happens, its answer is lost',
  'request-lost': 'F4: nothing happens, and no answer comes',
  throttled: 'F5: refused for now, 429 or 503',
  'own-conflict': 'F6: a retry underneath meets its own first write',
  'partial-write': 'F9: it dies after a part of the bytes',
  'stale-read': 'F10: the state before the last write is read',
  'clock-back': 'F11: the clock jumps back an hour',
  'clock-ahead': 'F11: the clock jumps ahead five minutes',
  slow: 'F12: the call takes five hours, longer than the lease',
  'flipped-bit': 'F13: a bit of what is read is another',
  truncated: 'F13: half of what is read is missing',
  denied: 'F14: permission denied, once',
  full: 'F15: the disk is full, once',
  'connection-cut': 'F16: the database goes away in the middle of the rows',
  'no-evidence': 'F17: no record can be found',
  torn: 'F18: the connection breaks in the middle of the answer, once',
  silent: 'F18: the effect happens, and the service says nothing, once',
  'failed-after': 'F18: the effect happens, and the service says that it failed, once',
  'token-ended': 'F18: the access token has ended',
  overtaken: 'F18: somebody else writes the object between the read and the write',
} as const;
export type Fault = keyof typeof FAULTS;

/** Of a whole delivery: F7 twice, one after the other or at once; F8 in another order. */
export type DeliveryFault = 'again' | 'at-once' | 'swapped';

const ANY: readonly Fault[] = [
  'crash-before',
  'request-lost',
  'throttled',
  'clock-back',
  'clock-ahead',
  'slow',
  'denied',
];
const EFFECT: readonly Fault[] = [...ANY, 'crash-after', 'answer-lost'];
const READ: readonly Fault[] = [...ANY, 'stale-read', 'flipped-bit', 'truncated'];

/** The faults that a call can have, by `port.method`. */
const APPLICABLE: Readonly<Record<string, readonly Fault[]>> = {
  'objects.get': READ,
  'objects.read': [...ANY, 'flipped-bit', 'truncated'],
  'objects.write': [...EFFECT, 'partial-write', 'full'],
  'objects.create': [...EFFECT, 'partial-write', 'own-conflict', 'full'],
  'objects.tryPut': [...EFFECT, 'own-conflict', 'full'],
  'objects.list': ANY,
  'objects.delete': EFFECT,
  'source.open': ANY,
  'source.describe': ANY,
  'source.stream': [...ANY, 'connection-cut'],
};

/** The faults of the network and of the service, and the process's death: clocks are not the store's. */
const STORE_ANY: readonly Fault[] = [
  'crash-before',
  'request-lost',
  'throttled',
  'denied',
  'torn',
  'silent',
  'token-ended',
];
const STORE_EFFECT: readonly Fault[] = [...STORE_ANY, 'crash-after', 'answer-lost', 'failed-after', 'slow'];
const STORE_READ: readonly Fault[] = [...STORE_ANY, 'flipped-bit', 'truncated'];

/** The faults of a call through the adapter of a cloud; only calls of objects have them. */
const APPLICABLE_TO_STORES: Readonly<Record<string, readonly Fault[]>> = {
  'objects.get': [...STORE_READ, 'stale-read'],
  'objects.read': STORE_READ,
  'objects.write': [...STORE_EFFECT, 'partial-write'],
  'objects.create': [...STORE_EFFECT, 'partial-write', 'own-conflict'],
  'objects.tryPut': [...STORE_EFFECT, 'partial-write', 'own-conflict', 'overtaken'],
  'objects.list': STORE_ANY,
  'objects.delete': STORE_EFFECT,
};

export type FaultsOf = (name: string, key: string) => readonly Fault[];

export const storeFaultsOf: FaultsOf = (name) => APPLICABLE_TO_STORES[name] ?? [];

export function faultsOf(name: string, key: string): readonly Fault[] {
  const known = APPLICABLE[name] ?? (name === 'online.get' ? ANY : EFFECT);
  return name === 'objects.list' && key.startsWith('predictions/') ? [...known, 'no-evidence'] : known;
}

/** What a port throws, as adapters translate it. */
export const ERRORS = {
  lost: () => new RuntimeFailure('objects/unavailable', 'connection reset', { retryable: true }),
  throttled: () => new RuntimeFailure('objects/busy', 'slow down', { retryable: true }),
  denied: () => new RuntimeFailure('objects/forbidden', 'access denied'),
  full: () => new RuntimeFailure('objects/io', 'no space left on device'),
  cut: () => new RuntimeFailure('source/disconnected', 'the connection was lost', { retryable: true }),
} as const;
