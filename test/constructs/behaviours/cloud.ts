import { blueprint as bankMarketing } from '../../../blueprints/bank-marketing/blueprint.ts';
import type { Blueprint } from '../../../blueprints/index.ts';
import { CAPABILITIES, type TargetCloud } from '../../../constructs/config/capabilities.ts';
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

/** Everything that a cloud adds to the table. `Refused` are the sentences that its templates cannot keep. */
export interface CloudUnderTest<Template, Refused extends Behaviour = never> {
  readonly name: TargetCloud;
  /** Identities, as the cloud writes them. */
  readonly callers: readonly string[];
  /** Settings that change with the key, where a case has another one than the environment's file. */
  readonly keyed: Readonly<Record<'customer' | 'provider', Partial<EnvironmentInput>>>;
  /** Templates without a resource. */
  readonly empty: Template;
  synthesize(config: ResolvedConfig): Template;
  read(template: Template): TemplateReader;
  /** Why its templates cannot keep a sentence. */
  readonly refused: Readonly<Record<Refused, string>>;
  /** At least one for each other behaviour: a sentence without one does not compile. */
  readonly faults: Readonly<
    Record<Exclude<Behaviour, Refused>, readonly [Fault<Template>, ...Fault<Template>[]]>
  >;
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

/** The longest name that a blueprint may have, and features by key where the cloud has them: all that can be asked for. */
const everything: Blueprint = {
  ...busy,
  name: 'a-model-whose-name-is-as-long-as-allowed',
  serving: { ...busy.serving, online: { requestsPerDay: 333, byKey: true } },
};

/** A blueprint without features by key, where a cloud has a reason not to offer them. */
function offeredOn(cloud: TargetCloud, blueprint: Blueprint): Blueprint {
  const { online } = blueprint.serving;
  const { small } = CAPABILITIES.featureStore.parts.online[cloud];
  if (online === undefined || 'resources' in small) return blueprint;
  return { ...blueprint, serving: { ...blueprint.serving, online: { ...online, byKey: false } } };
}

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
  { name, callers, keyed }: Pick<CloudUnderTest<unknown>, 'name' | 'callers' | 'keyed'>,
  caseName: CaseName,
): ResolvedConfig {
  const { environment, blueprint, change }: Case = CASES[caseName];
  const given: Partial<EnvironmentInput> = {
    alertTo: ['ml-alerts@example.com', 'on-call@example.com'],
    callers: [...callers],
    dashboard: true,
    tags: { 'cost-centre': '4711' },
    ...change,
    ...(change.encryption && keyed[change.encryption]),
  };
  return resolveConfig(offeredOn(name, blueprint), parseEnvironment(environment, given, name), name);
}
