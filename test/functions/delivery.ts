/** What a cloud delivers to the functions of one world. */

import type { FunctionName } from '../../lambdas/functions.ts';
import type { ModelEvent } from '../../lambdas/ports/events.ts';
import type { CreateAzurePorts } from '../../lambdas/runtime/azure.ts';

/** An answer of the scoring service. */
export interface ScoringAnswer {
  readonly status: number;
  readonly body: string;
}

/** A cloud's deliveries to the functions of one world. */
export interface Deliveries {
  /** A step of a workflow, or a schedule. */
  call(name: FunctionName, event: unknown): Promise<unknown>;
  request(method: string, path: string, body?: unknown): Promise<ScoringAnswer>;
  /** A person's approval, the way that this cloud has for it. */
  approve(version: number): Promise<unknown>;
  /** An approval that is sent to the function itself. */
  approveByHand(version: number): Promise<unknown>;
  /** Our own event at the release controller. */
  tell(event: ModelEvent): Promise<unknown>;
  /** An alarm at the release controller. */
  alarm(isOn: boolean, since: number): Promise<unknown>;
  rollback(id: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Notes which function runs. */
export type During = <T>(name: FunctionName, work: () => Promise<T>) => Promise<T>;
/** The place that an app of Azure runs in; elsewhere a function makes its own ports. */
export interface AppWorld {
  readonly createPorts: CreateAzurePorts;
  /** Folder with config.json. */
  readonly root: string;
}
