import { Construct } from 'constructs';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import type { ModelProps, ModelResource } from '../contract/model-props.ts';
import { nameOf } from './naming.ts';

/** Constructs to give for each prop that holds some. */
const GIVE = {
  bindings: 'at least { store }, an ArtifactStore',
  store: 'an ArtifactStore',
  features: 'a FeatureStore',
  registry: 'a ModelRegistry',
  events: 'ModelEvents',
  notifications: 'Notifications',
  predictions: 'a PredictionLog',
  secret: 'a PseudonymSecret',
  scoring: 'a ScoringApi',
  alarms: 'RollbackAlarms',
  pipeline: 'a TrainingPipeline',
  monitor: 'a DriftMonitor',
  export: 'a CsvExport',
} as const;
type Part = keyof typeof GIVE;

/** People may be told about several models through one topic. */
const SHARED: readonly Part[] = ['notifications'];

/**
 * A construct of one model in one environment. It checks its props before it makes anything, for callers without types, and
 * refuses constructs of another model: two models on one store would overwrite each other's release and registry.
 */
export abstract class ModelConstruct extends Construct implements ModelResource {
  readonly modelId: string;

  /**
   * @param required - Names of props that must be given, besides `config`.
   * @throws InvalidInput `construct/wrong-prop`, `construct/other-model`
   */
  constructor(scope: Construct, id: string, props: ModelProps, required: readonly Part[] = []) {
    super(scope, id);
    const { problems, modelId } = examine(props, required);
    if (problems.length > 0) throw new InvalidInput(`${kindOf(this)} '${this.node.path}'`, problems);
    this.modelId = modelId;
  }
}

type Given = Readonly<Record<string, unknown>>;

function examine(props: unknown, required: readonly Part[]): { problems: Problem[]; modelId: string } {
  const given = isObject(props) ? props : {};
  if (!isConfig(given.config)) {
    const fix = "give what resolveConfig(blueprint, environment, 'aws') returns";
    return { problems: [wrong('config', given.config, fix)], modelId: '' };
  }
  const modelId = nameOf(given.config);
  const missing = required
    .filter((name) => !isObject(given[name]))
    .map((name) => wrong(name, given[name], `give ${GIVE[name]}`));
  const { bindings } = given;
  return {
    modelId,
    problems: [
      ...missing,
      ...partProblems('', given, modelId),
      ...(isObject(bindings)
        ? [...storeMissing(bindings), ...partProblems('bindings.', bindings, modelId)]
        : []),
    ],
  };
}

const storeMissing = ({ store }: Given): Problem[] =>
  store === undefined ? [wrong('bindings.store', store, `give ${GIVE.store}`)] : [];

/** Problems of the props that hold constructs; an absent one is none here. */
function partProblems(prefix: string, given: Given, modelId: string): Problem[] {
  return (Object.keys(GIVE) as Part[]).flatMap((name): Problem[] => {
    // the keys of a literal are its type
    const value = given[name];
    if (name === 'bindings' || value === undefined) return [];
    const path = `${prefix}${name}`;
    if (!isModelResource(value)) return [wrong(path, value, `give ${GIVE[name]}`)];
    if (value.modelId === modelId || SHARED.includes(name)) return [];
    return [
      {
        code: 'construct/other-model',
        path,
        message: `belongs to ${value.modelId}, and this construct to ${modelId}`,
        fix: `make one for ${modelId}: ${GIVE[name]}`,
      },
    ];
  });
}

const wrong = (path: string, value: unknown, fix: string): Problem => ({
  code: 'construct/wrong-prop',
  path,
  message: value === undefined ? 'is missing' : 'is not a construct of this package or its configuration',
  ...(value !== undefined && { got: kindOf(value) }),
  fix,
});

/** Name of a value's class, without what bundlers add to it; a plain value as text. */
const kindOf = (value: unknown): string =>
  isObject(value)
    ? (Object.getPrototypeOf(value)?.constructor?.name ?? 'object').replace(/^_|\d+$/g, '')
    : String(value);

const isObject = (value: unknown): value is Given => typeof value === 'object' && value !== null;
const isConfig = (value: unknown): value is ModelProps['config'] =>
  isObject(value) && isObject(value.model) && isObject(value.environment) && isObject(value.blueprint);
const isModelResource = (value: unknown): value is ModelResource =>
  isObject(value) && typeof value.modelId === 'string';
