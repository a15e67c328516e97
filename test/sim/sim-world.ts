/** The words of a simulated world: its objects, its calls, its processes. */

import type { Clock, ModelEvent, ObjectStore, OnlineRow, Ports } from '../../lambdas/ports/index.ts';
import type { Notification } from '../../lambdas/ports/notifier.ts';
import type { Fault } from './faults.ts';
import type { Turns } from './turns.ts';

/** An object. */
export interface Entry {
  readonly bytes: Uint8Array;
  readonly version: string;
  /** The version that a store gave to it. */
  readonly tag?: string | undefined;
  readonly before?: Entry | undefined;
}
export type Files = ReadonlyMap<string, Entry>;

export interface Call {
  /** `objects.tryPut`. */
  readonly name: string;
  readonly key: string;
}

/** Decides what happens at a call, and lets others go first where several processes run. */
export interface Director {
  /** @param index - Of the call, from 0. */
  fault(index: number, call: Call): Fault | undefined;
  /** Turns of other tasks before a call. */
  pause(): number;
}

export const CALM: Director = { fault: () => undefined, pause: () => 0 };

/** Changes a port's objects, as a program with a fault of its own would. */
export type Plant = (objects: ObjectStore, world: World) => ObjectStore;

export interface World {
  readonly files: Map<string, Entry>;
  readonly calls: Call[];
  readonly published: ModelEvent[];
  readonly notified: Notification[];
  readonly log: string[];
  readonly online: Map<string, OnlineRow>;
  /** What its clock shows; setting it lets time pass. */
  now: number;
  /** By how much the clock shows another time than has passed, ms. */
  skew: number;
  director: Director;
  /** Whether something was read otherwise than it was written. */
  spoilt: boolean;
  /** Called after every effect. */
  effect: (key: string) => void;
  /**
   * Ports of a new process.
   *
   * @param task - Whose calls take turns with those of other tasks. @default one of its own
   */
  process(plant?: Plant, task?: object): { readonly ports: Ports; readonly isDead: () => boolean };
  /** What is there, without faults and uncounted. */
  readonly objects: ObjectStore;
  /** Puts objects there that somebody else wrote. */
  place(files: Files): Promise<void>;
  /** The emulator that holds the objects, where they are not in memory alone. `files` follows it then. */
  store?: StoreRun;
}

/** The adapter of one process. */
export interface ProcessStore {
  readonly calm: ObjectStore;
  /** Its next call meets this fault. */
  disturbed(fault: Fault): ObjectStore;
}

export interface StoreRun {
  readonly turns: Turns;
  /** Without faults. */
  readonly objects: ObjectStore;
  open(clock: Pick<Clock, 'now' | 'steady'>, task: object): ProcessStore;
  /** Called before each call of a port. */
  reached(index: number): Promise<void>;
  place(files: Files): Promise<void>;
  /** What the store holds and should not, or lacks, in words. To be called once, at the end. */
  close(): Promise<readonly string[]>;
}

/** The calls that go to the store; memory answers the others, which holds what the store was seen to hold. */
export interface Span {
  readonly from: number;
  /** @default all */
  readonly calls?: number;
}
