/** The part of each cloud that the commands need which work on a deployed model; a folder beside this file implements it. */

import type { TargetCloud } from '../../constructs/config/capabilities.ts';
import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { Environment } from '../../constructs/config/schema.ts';
import type { PriceList, SharedCharge, Treatment } from '../cost/charge.ts';
import type { Located } from '../cost/located.ts';
import type { Month } from '../cost/month.ts';
import type { Wiring } from '../cost/wiring.ts';
import type { DeadLetterBox } from '../dead-letters/dead-letter.ts';
import type { Check } from '../doctor/check.ts';
import type { MachineNeeds } from '../doctor/needs.ts';
import type { Account, Teardown } from '../drain/drainable.ts';
import type { PersonStores } from '../forget/person-stores.ts';

/** As flags, configurations and documents name it. */
export type CloudName = TargetCloud;

/** The place where an environment deploys, and the time. */
export interface CheckOptions {
  readonly environment: Environment;
  /** Unix ms. */
  readonly now: () => number;
  /** The model in its environment. @throws InvalidInput where it is not valid */
  readonly load: () => Promise<ResolvedConfig>;
}

/**
 * Everything that the estimate of costs knows about a cloud. Making one loads no SDK: its functions load what they need
 * when they are called.
 */
export interface CostTools {
  /** As people call the cloud. */
  readonly title: string;

  /**
   * Every resource that a deploy would make. No network, no credentials; nothing is left on the disk.
   *
   * @throws RuntimeFailure naming the packages to install, when some are missing
   */
  readonly resources: (config: ResolvedConfig) => Promise<readonly Located[]>;
  /** Schedules, triggers and workflows among the resources, and the functions that they start. */
  readonly wiring: (resources: readonly Located[], config: ResolvedConfig) => Wiring;
  /** The region of an environment; undefined when the credentials that deploy decide. */
  readonly region: (environment: Environment) => string | undefined;
  /** List prices, with the day on which they were looked up. */
  readonly prices: PriceList;
  /** Charges of one resource in a month; undefined for a type without a price. */
  readonly rules: (resource: Located, month: Month) => Treatment | undefined;
  /** Charges that no single resource stands for. */
  readonly sharedCharges: (month: Month, config: ResolvedConfig) => readonly SharedCharge[];
}

/** Everything that the engines know about a cloud; as lazy as {@link CostTools}. */
export interface CloudTools extends CostTools {
  /** Needs of a deploy that are checked without an account. */
  readonly machine: MachineNeeds;
  /** Checks of the account, in the order of their output. */
  readonly checks: (options: CheckOptions) => readonly Check[];

  /** The step after a drain. */
  readonly teardown: Teardown;
  /**
   * Opens the account that the environment names.
   *
   * @throws RuntimeFailure without a sign-in, for another account, or when packages are missing
   */
  readonly openAccount: (config: ResolvedConfig) => Promise<Account>;
  /**
   * Opens the dead letters of a deployed model.
   *
   * @throws RuntimeFailure without a sign-in, for another account, or when packages are missing
   */
  readonly openDeadLetters: (config: ResolvedConfig) => Promise<DeadLetterBox>;
  /**
   * Opens everything that a deployed model has stored rows of people in.
   *
   * @throws RuntimeFailure as `openAccount` does, and `forget/not-deployed`
   */
  readonly openPersonStores: (config: ResolvedConfig) => Promise<PersonStores>;
}
