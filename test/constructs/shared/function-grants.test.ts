import { Construct, RootConstruct } from 'constructs';
import { describe, expect, it } from 'vitest';
import { PORT_RIGHTS } from '../../../constructs/aws/permissions/ports.ts';
import type { Right } from '../../../constructs/contract/right.ts';
import { collectGrants, type PortGrants } from '../../../constructs/shared/function-grants.ts';
import { FUNCTIONS, type FunctionName, type PortCall } from '../../../lambdas/functions.ts';
import { exampleConfig } from '../aws/example.ts';

/** A resource of no cloud, by the name of its binding. */
class Resource extends Construct {
  readonly storeName = this.node.id;
  readonly modelId = 'bank-marketing-dev';
  readonly url = 'https://api.example/';
}
const root = new RootConstruct();
const BINDINGS = {
  store: new Resource(root, 'store'),
  events: new Resource(root, 'events'),
  notifications: new Resource(root, 'notifications'),
  predictions: new Resource(root, 'predictions'),
  registry: new Resource(root, 'registry'),
  secret: new Resource(root, 'secret'),
  features: new Resource(root, 'features'),
  scoring: new Resource(root, 'scoring'),
};
type Own = Pick<typeof BINDINGS, 'store'> & Partial<typeof BINDINGS>;

const granted = (port: string) => (resource: object, calls: unknown) => ({
  rights: [`${port}: ${JSON.stringify(calls)}`],
  environment: { [port.toUpperCase()]: resource instanceof Resource ? resource.node.id : 'database' },
});
/** A cloud's payload as text. */
const CLOUD: PortGrants<Own, string> = {
  objects: granted('objects'),
  events: granted('events'),
  notifier: granted('notifier'),
  predictions: granted('predictions'),
  registryMirror: granted('registryMirror'),
  secret: granted('secret'),
  endpoint: granted('endpoint'),
  online: granted('online'),
  source: granted('source'),
};

const byKey = (blueprint: Parameters<NonNullable<Parameters<typeof exampleConfig>[2]>>[0]) => ({
  ...blueprint,
  serving: { ...blueprint.serving, online: { requestsPerDay: 1000, byKey: true } },
});

describe('the grants of a function', () => {
  it('are those of each port that it uses, on the binding behind it', async () => {
    const { rights, environment } = collectGrants('approve', await exampleConfig(), BINDINGS, CLOUD);
    expect(rights).toEqual([
      'objects: {"read":["approvals/","models/"],"create":["approvals/","models/"]}',
      'events: ["publish"]',
      'registryMirror: ["describe","show"]',
    ]);
    expect(environment).toEqual({ OBJECTS: 'store', EVENTS: 'events', REGISTRYMIRROR: 'registry' });
  });

  it('reach every port through some function', async () => {
    const config = await exampleConfig('dev', {}, byKey);
    const names = Object.keys(FUNCTIONS) as FunctionName[]; // the keys of a literal are its type
    const ports = names.flatMap((name) =>
      Object.keys(collectGrants(name, config, BINDINGS, CLOUD).environment),
    );
    expect([...new Set(ports)].sort()).toEqual(
      Object.keys(CLOUD)
        .map((port) => port.toUpperCase())
        .sort(),
    );
  });

  it('name every missing binding at once, each with the construct that makes it', async () => {
    const config = await exampleConfig('dev', {}, byKey);
    const { store } = BINDINGS;
    expect(() => collectGrants('score', config, { store }, CLOUD)).toThrow(
      "function 'score' lacks bindings: predictions: give a PredictionLog; secret: give a PseudonymSecret; " +
        'features: give a FeatureStore of a blueprint with serving.online.byKey',
    );
  });

  it('leave out the online store where no feature is fetched by key', async () => {
    const { features: _, ...bindings } = BINDINGS;
    const { environment } = collectGrants('ingest', await exampleConfig(), bindings, CLOUD);
    expect(environment).toEqual({ OBJECTS: 'store' });
  });

  it('need the part of a resource that a port uses', async () => {
    const cloud = { ...CLOUD, online: () => undefined };
    const config = await exampleConfig('dev', {}, byKey);
    expect(() => collectGrants('ingest', config, BINDINGS, cloud)).toThrow(/lacks bindings: features: give/);
  });

  it('name the id of the database that the export has no permission without', async () => {
    const config = await exampleConfig();
    const { database } = config.environment;
    if (database === undefined) throw new Error('the example has a database');
    const { instance: _, ...unnamed } = database;
    const without = { ...config, environment: { ...config.environment, database: unnamed } };
    const byId: typeof CLOUD = {
      ...CLOUD,
      source: (source, calls) => (source.instance === undefined ? undefined : CLOUD.source(source, calls)),
    };
    expect(() => collectGrants('export', without, BINDINGS, byId)).toThrow(
      "function 'export' lacks bindings: environment.database.instance: give the id of the database",
    );
  });
});

describe('the rights of a cloud', () => {
  it('do not compile without one of the port calls', () => {
    const { 'online.put': put, ...others } = PORT_RIGHTS;
    // @ts-expect-error a call has no right
    const incomplete: Readonly<Record<PortCall, Right>> = others;
    const complete: Readonly<Record<PortCall, Right>> = { ...others, 'online.put': put };
    expect(Object.keys(complete).length - Object.keys(incomplete).length).toBe(1);
  });
});
