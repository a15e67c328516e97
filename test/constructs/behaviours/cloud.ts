import { blueprint as bankMarketing } from '../../../blueprints/bank-marketing/blueprint.ts';
import type { Blueprint } from '../../../blueprints/index.ts';
import type { TargetCloud } from '../../../constructs/config/capabilities.ts';
import { type ResolvedConfig, resolveConfig } from '../../../constructs/config/resolve.ts';
import type { EnvironmentInput } from '../../../constructs/config/schema.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';
import type { Behaviour } from './behaviours.ts';
import type { TemplateReader } from './reader.ts';

/** The templates of one stage, and the configuration that they must state. */
export interface World<Template> {
  template: Template;
  config: ResolvedConfig;
}

/** A fault, planted in a copy of the world. */
export interface Fault<Template> {
  readonly name: string;
  readonly plant: (world: World<Template>) => void;
  /** The finding that it must cause. */
  readonly found: RegExp;
}

/** Everything that a cloud adds to the table. */
export interface CloudUnderTest<Template> {
  readonly name: TargetCloud;
  /** Identities, as the cloud writes them. */
  readonly callers: readonly string[];
  /** Templates without a resource. */
  readonly empty: Template;
  synthesize(config: ResolvedConfig): Template;
  read(template: Template): TemplateReader;
  /** At least one for each behaviour: a sentence without one does not compile. */
  readonly faults: Readonly<Record<Behaviour, readonly [Fault<Template>, ...Fault<Template>[]]>>;
}

/** Every way to start a training: new rows, a schedule of its own, and a retraining. */
const busy: Blueprint = {
  ...bankMarketing,
  training: { ...bankMarketing.training, schedule: '0 5 * * 1' },
  retraining: {
    ...bankMarketing.retraining,
    on: { ...bankMarketing.retraining.on, schedule: '30 3 1-7,15 */3 *' },
  },
};

/** The longest name that a blueprint may have, and features by key: all that can be asked for. */
const everything: Blueprint = {
  ...busy,
  name: 'a-model-whose-name-is-as-long-as-allowed',
  serving: { ...busy.serving, online: { requestsPerDay: 333, byKey: true } },
};

interface Case {
  readonly environment: 'dev' | 'prod';
  readonly blueprint: Blueprint;
  readonly change: Partial<EnvironmentInput>;
}

/** Both environments, each with the cloud's keys and with a key of the customer. */
export const CASES = {
  'dev with keys of the cloud': { environment: 'dev', blueprint: bankMarketing, change: {} },
  'dev with a customer key': {
    environment: 'dev',
    blueprint: busy,
    change: { encryption: 'customer' },
  },
  'prod with keys of the cloud': {
    environment: 'prod',
    blueprint: busy,
    change: { encryption: 'provider' },
  },
  'prod with a customer key': { environment: 'prod', blueprint: everything, change: {} },
} as const satisfies Readonly<Record<string, Case>>;
export type CaseName = keyof typeof CASES;

/** The configuration of a case: people, callers and a label of its own in each. */
export function configOf(
  { name, callers }: Pick<CloudUnderTest<unknown>, 'name' | 'callers'>,
  caseName: CaseName,
): ResolvedConfig {
  const { environment, blueprint, change }: Case = CASES[caseName];
  const given: Partial<EnvironmentInput> = {
    alertTo: ['ml-alerts@example.com', 'on-call@example.com'],
    callers: [...callers],
    dashboard: true,
    tags: { 'cost-centre': '4711' },
    ...change,
  };
  return resolveConfig(blueprint, parseEnvironment(environment, given, name), name);
}
