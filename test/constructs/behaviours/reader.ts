/**
 * The facts that a synthesized template states, in the project's own words. A reader for each kind of template finds
 * them; the table of behaviours knows this interface and no template.
 *
 * A fact that a template leaves open is undefined or missing, never a guess: the checks count and compare facts.
 */

import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { AlarmRule } from '../../../constructs/shared/alarm-rules.ts';
import type { FunctionName, FunctionUses } from '../../../lambdas/functions.ts';

type OtherPort = Exclude<keyof FunctionUses, 'objects'>;

/** One call of a port beside the object store, `<port>.<call>`. */
export type PortCall = {
  [Port in OtherPort]: `${Port}.${NonNullable<FunctionUses[Port]>[number]}`;
}[OtherPort];

/** A workflow, by the plan that it runs. */
export type RunName = 'training' | 'monitoring';

/** Everything that can be started. */
export type Startable = FunctionName | RunName;

/** The permissions of one identity. */
export interface Rights {
  /** Prefixes of the object store's keys that it may read; a whole key where the right ends there. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Prefixes that it may list; '' is the whole store. */
  readonly lists: readonly string[];
  readonly deletes: readonly string[];
  readonly calls: readonly PortCall[];
  readonly starts: readonly Startable[];
  /** Every other permission, in the cloud's words, but those without which nothing runs: own logs, key, dead letters. */
  readonly others: readonly string[];
}

/** Rights and inputs that a cloud cannot tell apart, so that the checks expect the whole. */
export interface Coarseness {
  /** A right on a key of the store holds for the folder of the key. */
  readonly folders: boolean;
  /** Who may replace an object may read and delete it. */
  readonly replacing: boolean;
  /** A right to start one run holds for every run. */
  readonly runs: boolean;
  /** Everything that starts something does it by one identity. */
  readonly starters: boolean;
  /** Those who approve call functions, to approve and to roll back, and need a right for each. */
  readonly approvers: boolean;
  /** Calls that come with a call, because one right holds for all of them. */
  readonly together: Readonly<Partial<Record<PortCall, readonly PortCall[]>>>;
  /** Calls without a right: they write a line of the log, or the service knows the identity itself. */
  readonly free: readonly PortCall[];
  /** Alarms that a cloud has nothing to read for, and the bounds of the time that its alarms look at. */
  readonly alarms: {
    readonly unseen: readonly AlarmRule['id'][];
    /** A shorter period of a rule becomes this. */
    readonly leastSec: number;
    /** Of a rule with a longer period there is no alarm, and fewer periods are looked at. */
    readonly mostSec: number;
  };
}

/** Alarms that can follow each rule of all clouds. */
export const EVERY_ALARM: Coarseness['alarms'] = {
  unseen: [],
  leastSec: 0,
  mostSec: Number.POSITIVE_INFINITY,
};

/** Named in findings: the place in its template. */
export interface Fact {
  readonly id: string;
}

/** One deployed unit with one identity: a function, or an app that holds several. */
export interface Unit extends Fact {
  readonly functions: readonly FunctionName[];
  /** The identity that it runs as. */
  readonly identity: string | undefined;
  readonly rights: Rights;
  readonly memoryMb: number;
  readonly timeoutSec: number;
  /** Whether one call runs its functions one after another. @default false */
  readonly inTurn?: boolean;
  /** Whether its time-out would end other requests too, so that it may be longer. @default false */
  readonly answersMany?: boolean;
  /** The log that it writes, one of `logs`. */
  readonly logs: string | undefined;
  /** Whether events are delivered to it; otherwise each of its callers gets the failure as an answer. */
  readonly takesEvents: boolean;
  /** The place of events that it could not handle. */
  readonly deadLetters: string | undefined;
}

export interface Store extends Fact {
  readonly isPublic: boolean;
  readonly takesPlainHttp: boolean;
  /** Whether a replaced or deleted object can be brought back. */
  readonly isVersioned: boolean;
  /** Days after which objects below a prefix are deleted. */
  readonly expiries: Readonly<Record<string, number>>;
  /** Days after which replaced and deleted objects below a prefix are gone. */
  readonly oldVersionDays: Readonly<Record<string, number>>;
  /** Whether the marker of a deleted object goes with its last version; undefined where a store has no markers. */
  readonly clearsMarkers: boolean | undefined;
}

export interface Run extends Fact {
  readonly name: RunName | undefined;
  readonly identity: string | undefined;
  /** Functions in the order of a run without a failure; undefined for a step that calls none. */
  readonly steps: readonly (FunctionName | undefined)[];
  readonly rights: Rights;
}

/** Starts something, at times or on an event of the model. */
export interface Start extends Fact {
  readonly starts: Startable | undefined;
  /** The identity that it starts by, with its permissions; undefined where the target lets it in. */
  readonly identity: string | undefined;
  readonly rights: Rights | undefined;
  /** Constant part of the target's input. */
  readonly input: Readonly<Record<string, unknown>>;
  /**
   * Whether the input has the time that the start was planned for, or the event happened at. Where a schedule cannot put it in,
   * the target takes the minute of its start.
   */
  readonly namesItsTime: boolean;
  readonly deadLetters: string | undefined;
  /** The alarm on starts that were not delivered, where a cloud keeps none of them. */
  readonly lostAlarm?: string | undefined;
}

export interface Schedule extends Start {
  /** Cron of five fields in UTC, Sunday 0. */
  readonly cron: string;
}

export interface Listener extends Start {
  /** Type of the event, as functions publish it. */
  readonly event: string;
}

export interface Route extends Fact {
  /** With `*` as the path, each of its paths: the function behind it is all of the endpoint. */
  readonly method: string;
  readonly path: string;
  readonly isAuthenticated: boolean;
}

export interface Alarm extends Fact {
  /** The rule of all clouds that it follows. */
  readonly rule: AlarmRule['id'] | undefined;
  readonly threshold: number;
  /** Failures below which it stays quiet, answers for a percentile; undefined where one is enough. */
  readonly minimum: number | undefined;
  /** Seconds of a period, and how many of how many periods must breach. */
  readonly window: readonly [periodSec: number, breaching: number, of: number];
  /** Whether it fires when something stops. */
  readonly isHeartbeat: boolean;
  readonly firesWithoutData: boolean;
  readonly notifiesPeople: boolean;
  /** Anchor in the cloud's README. */
  readonly runbook: string | undefined;
  /** The run whose failures it counts. */
  readonly failuresOf: RunName | undefined;
}

export interface Dashboard extends Fact {
  /** Metrics of the functions that it shows. */
  readonly metrics: readonly string[];
}

export interface Budget extends Fact {
  readonly monthly: number;
  /** Undefined where it is that of the account. */
  readonly currency: string | undefined;
  readonly people: readonly string[];
}

/** Data at rest, or what may hold some. */
export interface AtRest extends Fact {
  /** 'none' where the cloud would leave it unencrypted. */
  readonly key: ResolvedConfig['environment']['encryption'] | 'none';
}

/** A resource that can carry labels. */
export interface Labelled extends Fact {
  readonly model: string | undefined;
  readonly environment: string | undefined;
  readonly others: Readonly<Record<string, string>>;
}

/** A name that the project gives, in a service that has a limit. */
export interface Named extends Fact {
  readonly name: string;
  /** Form and length that the service takes. */
  readonly allowed: RegExp;
}

/** Everything that the table asks of the templates of one model in one environment. */
export interface TemplateReader {
  readonly coarse: Coarseness;
  units(): readonly Unit[];
  stores(): readonly Store[];
  /** Logs with the days that they are kept; undefined is for ever. */
  logs(): readonly (Fact & { readonly days: number | undefined; readonly stays: boolean })[];
  atRest(): readonly AtRest[];
  /** Resources that hold data, and whether they stay when their stack goes. */
  stateful(): readonly (Fact & { readonly stays: boolean })[];
  runs(): readonly Run[];
  schedules(): readonly Schedule[];
  listeners(): readonly Listener[];
  routes(): readonly Route[];
  /** Identities that may call the endpoint, each with everything that it may do. */
  callers(): readonly (Fact & { readonly rights: Rights; readonly caller: string })[];
  alarms(): readonly Alarm[];
  /** Addresses that get what functions and alarms report. */
  people(): readonly (Fact & { readonly address: string })[];
  dashboards(): readonly Dashboard[];
  budgets(): readonly Budget[];
  labelled(): readonly Labelled[];
  names(): readonly Named[];
}
