/** The behaviours of a construct that stands alone in a stack of somebody else. */

import type { Construct } from 'constructs';
import {
  CAPABILITIES,
  CAPABILITY_ROWS,
  type Capability,
  type TargetCloud,
} from '../../../constructs/config/capabilities.ts';
import type { ResolvedConfig } from '../../../constructs/config/resolve.ts';
import type { Bindings } from '../../../constructs/contract/bindings.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';
import { FUNCTIONS, type FunctionName, type FunctionUses } from '../../../lambdas/functions.ts';
import { type Checked, checkEach } from '../../policy/check.ts';
import type { CloudUnderTest } from './cloud.ts';
import { allBindingsOf, makeAlone, SUBJECT } from './make.ts';

/** The constructs of a cloud, and scopes to make them in. */
export interface ConstructsUnderTest extends Pick<CloudUnderTest<unknown>, 'name' | 'callers' | 'keyed'> {
  readonly constructs: CloudConstructs;
  /** An empty stack of somebody else. */
  scope(): Construct;
  /** Types of the resources below a child of the scope. */
  resourceTypes(scope: Construct, child: string): readonly string[];
}

type CheckAlone = (cloud: ConstructsUnderTest, config: ResolvedConfig) => Checked;

const DATABASE = 'environment.database';
/** The binding behind each port, by the name that an error gives. */
const BINDING_OF = {
  events: 'events',
  notifier: 'notifications',
  predictions: 'predictions',
  online: 'features',
  registryMirror: 'registry',
  source: DATABASE,
  secret: 'secret',
  endpoint: 'scoring',
} as const satisfies Readonly<
  Record<Exclude<keyof FunctionUses, 'objects'>, keyof Bindings | typeof DATABASE>
>;
const BINDINGS = Object.values(BINDING_OF);

/** Bindings that a function uses beside the store; features by key where the blueprint has them. */
const bindingsOf = (name: FunctionName, { model }: ResolvedConfig) =>
  Object.entries(BINDING_OF).flatMap(([port, binding]) =>
    port in FUNCTIONS[name].uses && (port !== 'online' || model.serving.online?.byKey) ? [binding] : [],
  );

const each = <T extends string>(names: readonly T[]) => names.map((name) => ({ id: name, name }));
const FUNCTION_NAMES = Object.keys(FUNCTIONS) as FunctionName[]; // of a constant object

/** The message of the error that this throws, or undefined. */
function errorOf(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const failed = (error: string | undefined) => error && `fails: ${error}`;

/** Types that a construct is made of in tier small; none where the cloud does not offer it. */
const typesOf = (name: Capability, cloud: TargetCloud): readonly string[] =>
  CAPABILITY_ROWS.filter(({ construct }) => construct === name).flatMap(({ offers }) => {
    const offer = offers[cloud].small;
    return 'resources' in offer ? offer.resources : [];
  });

const madeOfItsCapability: CheckAlone = ({ name: cloud, constructs, scope, resourceTypes }, config) => {
  const offered = (Object.keys(CAPABILITIES) as Capability[]).filter(
    (name) => typesOf(name, cloud).length > 0,
  );
  return checkEach(each(offered), ({ name }) => {
    const stack = scope();
    const error = errorOf(() => makeAlone(constructs, stack, config, name));
    if (error !== undefined) return [failed(error)];
    const types = resourceTypes(stack, SUBJECT);
    return typesOf(name, cloud).map((type) => !types.includes(type) && `has no ${type}`);
  });
};

/** Makes a function with the store and the bindings that are asked for. */
function makeFunction(
  { constructs, scope }: ConstructsUnderTest,
  config: ResolvedConfig,
  name: FunctionName,
  isBound: (binding: string) => boolean,
): string | undefined {
  const stack = scope();
  const all = Object.entries(allBindingsOf(constructs, stack, config));
  const bindings = Object.fromEntries(all.filter(([one]) => one === 'store' || isBound(one)));
  const { database: _, ...withoutDatabase } = config.environment;
  const environment = isBound(DATABASE) ? config.environment : withoutDatabase;
  return errorOf(() =>
    constructs.serverlessFunction(stack, SUBJECT, {
      config: { ...config, environment },
      name,
      bindings: bindings as unknown as Bindings, // the store is among them
    }),
  );
}

const namesWhatIsMissing: CheckAlone = (cloud, config) =>
  checkEach(each(FUNCTION_NAMES), ({ name }) => {
    const error = makeFunction(cloud, config, name, () => false);
    const wanted: readonly string[] = bindingsOf(name, config);
    const named = BINDINGS.filter((one) => new RegExp(`\\b${one}\\b`).test(error ?? ''));
    return [
      ...wanted.map((one) => !named.some((other) => other === one) && `does not ask for ${one}`),
      ...named.map((one) => !wanted.includes(one) && `asks for ${one}`),
    ];
  });

const needsItsTableOnly: CheckAlone = (cloud, config) =>
  checkEach(each(FUNCTION_NAMES), ({ name }) => {
    const wanted: readonly string[] = bindingsOf(name, config);
    return [failed(makeFunction(cloud, config, name, (one) => wanted.includes(one)))];
  });

const needsTheStoreOnly: CheckAlone = ({ constructs, scope }, config) =>
  checkEach(each(['csvExport', 'driftMonitor'] as const), ({ name }) => {
    const stack = scope();
    const bindings = { store: constructs.artifactStore(stack, 'Store', { config }) };
    return [failed(errorOf(() => constructs[name](stack, SUBJECT, { config, bindings })))];
  });

const namesWhatTheConfigurationLacks: CheckAlone = ({ constructs, scope }, config) => {
  const { batch: _, ...serving } = config.model.serving;
  const { budget: __, ...environment } = config.environment;
  const bare = { ...config, model: { ...config.model, serving }, environment } as ResolvedConfig; // of optional fields
  const stack = scope();
  const bindings = allBindingsOf(constructs, stack, config);
  const makers = {
    'serving.batch': () => constructs.batchScoring(stack, 'Batch', { config: bare, bindings }),
    budget: () => constructs.budget(stack, 'Budget', { config: bare }),
  };
  return checkEach(each(Object.keys(makers) as (keyof typeof makers)[]), ({ name }) => [
    !errorOf(makers[name])?.includes(name) && 'is missing, and no error names it',
  ]);
};

export const ALONE_BEHAVIOURS = {
  'every construct is made of what its capability names': madeOfItsCapability,
  'a function names every binding that it misses, and no other': namesWhatIsMissing,
  'a function works with the bindings of its table': needsItsTableOnly,
  'the export and the monitor work with the store alone': needsTheStoreOnly,
  'batch scoring and the budget name what the configuration lacks': namesWhatTheConfigurationLacks,
} as const satisfies Readonly<Record<string, CheckAlone>>;
