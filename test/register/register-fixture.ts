import { servingSchema } from '../../blueprints/schema/serving.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import type { MirroredVersion, ModelEvent, ObjectStore, Ports } from '../../lambdas/ports/index.ts';
import type { Candidate, Evaluation, RunRecord } from '../../lambdas/stores/runs.ts';
import { writeCandidate, writeEvaluation, writeRun } from '../../lambdas/stores/runs.ts';
import { type CrashPoint, crashing, memoryObjects, virtualClock } from '../stores/crash.ts';
import { candidateOf, evaluationOf, runRecord, silentOwner } from './facts.ts';

export type RegisterPorts = Pick<Ports, 'objects' | 'registryMirror' | 'events' | 'logger' | 'clock'>;

const { release, alarms } = servingSchema.parse({}); // the defaults of blueprints

/** What the use case reads of a configuration; the rest of one has nothing to do with registering. */
export function configOf(
  changes: {
    approval?: 'manual' | 'automatic';
    approverMustDiffer?: boolean;
    approvers?: readonly string[];
  } = {},
): ModelConfig {
  const { approval = 'manual', approverMustDiffer = false, approvers = [] } = changes;
  const used: Pick<
    ModelConfig,
    'name' | 'card' | 'approverMustDiffer' | 'approvers' | 'features' | 'releaseStrategy'
  > & {
    training: Pick<ModelConfig['training'], 'approval'>;
    serving: Partial<ModelConfig['serving']>;
  } = {
    name: 'bank-marketing',
    card: silentOwner,
    approverMustDiffer,
    approvers,
    features: {
      version: 2,
      fields: ['a', 'b', 'c'].map((name) => ({ kind: 'numeric', name, description: name })),
    },
    training: { approval },
    serving: { release, alarms },
    releaseStrategy: 'shadow-replay',
  };
  return used as ModelConfig;
}

/** One model's object store and what the outside was told. Effects stay when the process dies. */
export function createWorld(objects: ObjectStore = memoryObjects()) {
  const mirrored: MirroredVersion[] = [];
  const published: ModelEvent[] = [];
  const logger: RegisterPorts['logger'] = { info() {}, warn() {}, error() {}, with: () => logger };
  const registryMirror: RegisterPorts['registryMirror'] = {
    async show(version) {
      mirrored.push(version);
    },
  };
  const events: RegisterPorts['events'] = {
    async publish(event) {
      published.push(event);
    },
  };
  const clock = virtualClock(1_000);

  return {
    objects,
    mirrored,
    published,
    /** Ports of one process; it dies at `point`. `calls` counts what it asked of the outside. */
    process(point?: CrashPoint, calls = { calls: 0 }): RegisterPorts {
      return {
        objects: crashing(objects, calls, point),
        registryMirror: crashing(registryMirror, calls, point),
        events: crashing(events, calls, point),
        logger,
        clock,
      };
    },
    async trained(
      runId: string,
      changes: {
        candidate?: Partial<Candidate>;
        evaluation?: Partial<Evaluation>;
        run?: Partial<RunRecord>;
      } = {},
    ): Promise<void> {
      const storage = { objects, clock };
      await writeRun(storage, runRecord({ runId, ...changes.run }));
      await writeCandidate(storage, runId, candidateOf(changes.candidate));
      await writeEvaluation(storage, evaluationOf({ runId, ...changes.evaluation }));
    },
  };
}
