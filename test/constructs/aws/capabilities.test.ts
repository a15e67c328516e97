import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { loadBlueprint } from '../../../blueprints/index.ts';
import { aws } from '../../../constructs/aws/index.ts';
import {
  CAPABILITIES,
  CAPABILITY_ROWS,
  type Capability,
  type Offer,
} from '../../../constructs/config/capabilities.ts';
import { resolveConfig } from '../../../constructs/config/resolve.ts';
import type { CloudConstructs } from '../../../constructs/contract/cloud-constructs.ts';
import type { ResolvedConfig } from '../../../constructs/contract/model-props.ts';
import { parseEnvironment } from '../../../stacks/config/environments.ts';

/** The table has a row for each construct of a cloud: this does not compile where one is missing. */
CAPABILITIES satisfies Readonly<Record<Exclude<keyof CloudConstructs, 'serverlessFunction'>, unknown>>;

/** Everything that an environment can ask for. */
async function everything(): Promise<ResolvedConfig> {
  const { blueprint } = await loadBlueprint(join(import.meta.dirname, '../../first-apply/by-key.ts'));
  const environment = parseEnvironment(
    'prod',
    { alertTo: ['ml-alerts@example.com'], removal: 'destroy' },
    'aws',
  );
  return resolveConfig(blueprint, environment, 'aws');
}

/** Makes a construct, and before it what its props name, in a stack of its own. */
function alone(config: ResolvedConfig, capability: Capability): Stack {
  const stack = new Stack(new App(), 'Alone');
  const store = aws.artifactStore(stack, 'Store', { config });
  const features = aws.featureStore(stack, 'Features', { config, store });
  const registry = aws.modelRegistry(stack, 'Registry', { config });
  const secret = aws.pseudonymSecret(stack, 'Secret', { config });
  const notifications = aws.notifications(stack, 'Topic', { config });
  const events = aws.modelEvents(stack, 'Bus', { config });
  const predictions = aws.predictionLog(stack, 'Log', { config, store });
  const bindings = { store, features, registry, secret, notifications, events, predictions };
  const id = 'Subject';
  const exporting = () => aws.csvExport(stack, 'Export', { config, bindings, scheduled: false });
  const pipeline = () => aws.trainingPipeline(stack, 'Pipeline', { config, bindings, export: exporting() });
  const scoring = () => aws.scoringApi(stack, 'Api', { config, bindings });
  const make: Readonly<Record<Capability, () => unknown>> = {
    artifactStore: () => aws.artifactStore(stack, id, { config }),
    featureStore: () => {
      stack.node.tryRemoveChild('Features');
      return aws.featureStore(stack, id, { config, store });
    },
    modelRegistry: () => aws.modelRegistry(stack, id, { config }),
    pseudonymSecret: () => aws.pseudonymSecret(stack, id, { config }),
    csvExport: () => aws.csvExport(stack, id, { config, bindings }),
    trainingPipeline: () => aws.trainingPipeline(stack, id, { config, bindings, export: exporting() }),
    scoringApi: () => aws.scoringApi(stack, id, { config, bindings }),
    releaseController: () => aws.releaseController(stack, id, { config, bindings }),
    rollbackAlarms: () => aws.rollbackAlarms(stack, id, { config, scoring: scoring(), notifications }),
    batchScoring: () => aws.batchScoring(stack, id, { config, bindings }),
    driftMonitor: () => aws.driftMonitor(stack, id, { config, bindings: { store } }),
    predictionLog: () => aws.predictionLog(stack, id, { config, store }),
    modelEvents: () => aws.modelEvents(stack, id, { config }),
    notifications: () => aws.notifications(stack, id, { config }),
    dashboard: () => {
      const monitor = aws.driftMonitor(stack, 'Monitor', { config, bindings });
      return aws.dashboard(stack, id, { config, pipeline: pipeline(), monitor });
    },
    budget: () => aws.budget(stack, id, { config }),
  };
  make[capability]();
  return stack;
}

/** Types of an offer. */
function resourcesOf(offer: Offer): readonly string[] {
  if (!('resources' in offer) || offer.resources.length === 0)
    throw new Error('tier small of AWS has every capability');
  return offer.resources;
}

describe('each construct alone is made of what the table says', () => {
  it.each(Object.keys(CAPABILITIES) as Capability[])('%s', async (name) => {
    const rows = CAPABILITY_ROWS.filter(({ construct }) => construct === name);
    const promised = rows.flatMap(({ offers }) => resourcesOf(offers.aws.small));
    const config = await everything();
    const { Resources } = Template.fromStack(alone(config, name)).toJSON() as {
      Resources: Record<string, { Type: string }>;
    };
    const own = Object.entries(Resources)
      .filter(([id]) => id.startsWith('Subject'))
      .map(([, { Type }]) => Type);
    expect(own).toEqual(expect.arrayContaining(promised));
    expect(rows.length).toBeGreaterThan(0);
  });

  it('says of every other cloud and tier why it is not there', () => {
    for (const { offers } of CAPABILITY_ROWS)
      for (const [cloud, tiers] of Object.entries(offers))
        for (const [tier, offer] of Object.entries(tiers))
          if (cloud !== 'aws' || tier !== 'small')
            expect('reason' in offer && offer.reason).toMatch(/not in this version/);
  });
});
