import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runApprove, runReject } from '../../lambdas/approve/approve.ts';
import { writeUbj } from '../../lambdas/core/trees/format/model-file.ts';
import { runRegister } from '../../lambdas/register/register.ts';
import { readApproval } from '../../lambdas/stores/approvals.ts';
import { readBundle } from '../../lambdas/stores/bundle.ts';
import { readIndex, requireApproved } from '../../lambdas/stores/models.ts';
import { readCandidate } from '../../lambdas/stores/runs.ts';
import { FAULTS, faultyStore, interleavingStore, memoryObjects } from '../stores/crash.ts';
import { evaluationOf, numericFeatures, smallModel } from './facts.ts';
import { configOf, createWorld } from './register-fixture.ts';

const failure = (code: string) => expect.objectContaining({ code });
const nameless = { ...smallModel, featureNames: [], featureTypes: [] };
const manual = configOf();
const automatic = configOf({ approval: 'automatic' });

async function trainedWorld() {
  const world = createWorld();
  await world.trained('run-1');
  return world;
}

describe('the registration of a run', () => {
  it('gives a run the next number, a whole bundle, a place in the mirror and one event', async () => {
    const world = await trainedWorld();
    const output = await runRegister({
      ports: world.process(),
      config: manual,
      input: { runId: 'run-1', fence: 1 },
    });
    expect(output).toMatchObject({ version: 1, status: 'pending' });
    const bundle = await readBundle(world, 1, output.digest);
    const candidate = await readCandidate(world, 'run-1');
    expect(bundle).toMatchObject({
      version: 1,
      digest: output.digest,
      features: candidate?.features,
      profile: candidate?.profile,
      metrics: { training: candidate?.metrics, evaluation: evaluationOf({ runId: 'run-1' }) },
      lineage: {
        runId: 'run-1',
        version: 1,
        seed: 7,
        codeVersion: '1b55cde',
        data: { snapshotId: 'snap-1' },
      },
    });
    expect(world.mirrored).toEqual([
      { model: 'bank-marketing', version: 1, digest: output.digest, status: 'pending', prefix: 'models/1/' },
    ]);
    expect(world.published).toMatchObject([
      { id: 'version.registered:run-1', type: 'version.registered', detail: { version: 1, passed: true } },
    ]);
    expect((await readIndex(world)).versions[0]).toMatchObject({
      evaluation: { primary: { name: 'auc', value: 0.80123456, low: 0.78, high: 0.82 }, passed: true },
      lineage: { trainedBy: 'role/train', codeVersion: '1b55cde', dataSha256: 'a'.repeat(64) },
    });
  });

  it('approves a version where the blueprint asks for it', async () => {
    const world = await trainedWorld();
    const ports = world.process();
    const output = await runRegister({ ports, config: automatic, input: { runId: 'run-1', fence: 1 } });
    expect(output.status).toBe('approved');
    expect(await readApproval(world, 1)).toMatchObject({
      by: 'policy:automatic',
      how: 'automatic',
      digest: output.digest,
    });
    expect(world.mirrored.map(({ status }) => status)).toEqual(['pending', 'approved']);
    expect(world.published.map(({ id }) => id)).toEqual(['version.registered:run-1', 'version.approved:1']);
  });

  it('never approves a version that failed validation', async () => {
    const world = createWorld();
    await world.trained('run-1', { evaluation: { passed: false, reasons: ['auc is too low'] } });
    const ports = world.process();
    const output = await runRegister({ ports, config: automatic, input: { runId: 'run-1', fence: 1 } });
    expect(output.status).toBe('failed-validation');
    expect(await readApproval(world, 1)).toBeUndefined();
    await expect(requireApproved(world, 1)).rejects.toThrow(failure('registry/not-approved'));
    const input = { version: 1, by: 'ann', how: 'manual' as const };
    await expect(runApprove({ ports, config: automatic, input })).rejects.toThrow(
      failure('registry/failed-validation'),
    );
  });

  it('changes nothing when repeated, even after a person has rejected the version', async () => {
    const world = await trainedWorld();
    const input = { runId: 'run-1', fence: 1 };
    const first = await runRegister({ ports: world.process(), config: manual, input });
    const reason = 'unfair to one group';
    const rejecting = { ports: world.process(), config: manual, input: { version: 1, by: 'ann', reason } };
    await runReject(rejecting);
    await runReject(rejecting);
    expect((await readIndex(world)).versions[0]?.rejection).toEqual({ by: 'ann', at: 1_000, reason });
    expect(world.mirrored.at(-1)?.status).toBe('rejected');
    const again = await runRegister({ ports: world.process(), config: automatic, input });
    expect(again).toEqual({ ...first, status: 'rejected' });
    expect((await readIndex(world)).versions).toHaveLength(1);
  });

  it.each([
    ['record', 'runs/run-1.json'],
    ['candidate', 'runs/run-1/profile.json'],
    ['evaluation', 'runs/run-1/evaluation.json'],
  ])('fails without a %s, before it gives a number', async (what, key) => {
    const world = await trainedWorld();
    await world.objects.delete(key);
    const attempt = runRegister({
      ports: world.process(),
      config: manual,
      input: { runId: 'run-1', fence: 1 },
    });
    await expect(attempt).rejects.toThrow(`run run-1 has no ${what}`);
    await expect(attempt).rejects.toThrow(failure('run/incomplete'));
    expect((await readIndex(world)).lastVersion).toBe(0);
  });

  it('fails when the metric that decides was not measured', async () => {
    const world = createWorld();
    await world.trained('run-1', { evaluation: { primary: 'f1' } });
    const attempt = runRegister({
      ports: world.process(),
      config: manual,
      input: { runId: 'run-1', fence: 1 },
    });
    await expect(attempt).rejects.toThrow(failure('run/not-measured'));
  });

  it('fails for a model that cannot be read, and gives it no number', async () => {
    const world = createWorld();
    await world.trained('run-1', { candidate: { model: new TextEncoder().encode('not a model') } });
    const attempt = runRegister({
      ports: world.process(),
      config: manual,
      input: { runId: 'run-1', fence: 1 },
    });
    await expect(attempt).rejects.toThrow(failure('model/not-a-model'));
    expect((await readIndex(world)).lastVersion).toBe(0);
  });

  it.each([
    ['fewer columns', ['a', 'b'], smallModel, "column 2 is 'c' in the model and 'undefined' in the features"],
    ['another order', ['a', 'c', 'b'], smallModel, "column 1 is 'b' in the model and 'c' in the features"],
    ['too many columns for a model without names', ['a', 'b', 'c', 'd'], nameless, 'train again'],
  ])('fails for features that give the model %s', async (_, names, model, fix) => {
    const world = createWorld();
    const features = numericFeatures(names);
    await world.trained('run-1', { candidate: { features, model: writeUbj(model) } });
    const attempt = runRegister({
      ports: world.process(),
      config: manual,
      input: { runId: 'run-1', fence: 1 },
    });
    await expect(attempt).rejects.toMatchObject({ code: 'run/columns-differ', fix });
    expect((await readIndex(world)).lastVersion).toBe(0);
  });

  it('fails when the run changed between two attempts', async () => {
    const world = await trainedWorld();
    const input = { runId: 'run-1', fence: 1 };
    const calls = { calls: 0 };
    // Dies in the middle of writing the bundle.
    const dying = runRegister({
      ports: world.process({ at: 12, when: 'after' }, calls),
      config: manual,
      input,
    });
    await expect(dying).rejects.toThrow();
    await world.objects.write('models/1/model.ubj', [new TextEncoder().encode('other')]);
    const attempt = runRegister({ ports: world.process(), config: manual, input });
    await expect(attempt).rejects.toThrow(failure('bundle/changed'));
  });

  it('fails for a run that holds an older fence than one that has registered', async () => {
    const world = await trainedWorld();
    await world.trained('run-2');
    await runRegister({ ports: world.process(), config: manual, input: { runId: 'run-2', fence: 2 } });
    const late = runRegister({ ports: world.process(), config: manual, input: { runId: 'run-1', fence: 1 } });
    await expect(late).rejects.toThrow(failure('registry/fenced'));
    expect((await readIndex(world)).versions.map(({ runId }) => runId)).toEqual(['run-2']);
  });
});

describe('a crash during a registration', () => {
  const input = { runId: 'run-1', fence: 1 };

  it.each(['before', 'after'] as const)(
    'ends with the same version and digest after a repeat, with the crash %s the effect of any call',
    async (when) => {
      const undisturbed = await trainedWorld();
      const expected = await runRegister({ ports: undisturbed.process(), config: automatic, input });
      for (let at = 0; ; at++) {
        const world = await trainedWorld();
        const dying = world.process({ at, when });
        const died = await runRegister({ ports: dying, config: automatic, input }).then(
          () => false,
          () => true,
        );
        // What a reader sees in between is whole: a digest in the index is the digest of a bundle that verifies.
        for (const { version, digest } of (await readIndex(world)).versions) {
          if (digest !== null) await readBundle(world, version, digest);
        }
        const output = await runRegister({ ports: world.process(), config: automatic, input });
        expect(output).toEqual(expected);
        expect((await readIndex(world)).versions).toHaveLength(1);
        expect(new Set(world.published.map(({ id }) => id))).toEqual(
          new Set(['version.registered:run-1', 'version.approved:1']),
        );
        expect(world.mirrored.at(-1)).toMatchObject({ version: 1, status: 'approved' });
        expect(await requireApproved(world, 1)).toEqual({ version: 1, digest: output.digest });
        if (!died) {
          expect(at).toBeGreaterThan(20);
          break;
        }
      }
    },
  );

  it('never blocks or renumbers the next run, at any call', async () => {
    for (let at = 0; ; at++) {
      const world = await trainedWorld();
      await world.trained('run-2');
      const died = await runRegister({
        ports: world.process({ at, when: 'after' }),
        config: manual,
        input,
      }).then(
        () => false,
        () => true,
      );
      const given = (await readIndex(world)).lastVersion;
      const next = await runRegister({
        ports: world.process(),
        config: manual,
        input: { runId: 'run-2', fence: 2 },
      });
      expect(next.version).toBe(given + 1);
      if (!died) break;
    }
  });
});

it('gives two simultaneous runs two versions or fences one, and never gives both one number', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      fc.constantFrom([1, 2], [2, 1], [1, 1]),
      async (order, [first, second]) => {
        const stored = memoryObjects();
        const world = createWorld(interleavingStore(stored, () => order.next().value));
        await world.trained('run-1');
        await world.trained('run-2');
        const inputs = [
          { runId: 'run-1', fence: first as number },
          { runId: 'run-2', fence: second as number },
        ];
        const settled = await Promise.allSettled(
          inputs.map((input) => runRegister({ ports: world.process(), config: automatic, input })),
        );
        const won = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
        expect(won.length).toBeGreaterThanOrEqual(1);
        for (const one of settled) {
          if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'registry/fenced' });
        }
        expect(new Set(won.map(({ version }) => version)).size).toBe(won.length);
        const { versions } = await readIndex(world);
        expect(versions.map(({ version }) => version)).toEqual(versions.map((_, position) => position + 1));
        expect(new Set(versions.map(({ fence }) => fence)).size).toBe(versions.length);
        for (const { version, digest } of won) {
          const bundle = await readBundle(world, version, digest);
          const entry = versions.find((candidate) => candidate.version === version);
          expect(bundle.lineage.runId).toBe(entry?.runId);
          expect(await requireApproved(world, version)).toEqual({ version, digest });
        }
      },
    ),
    { numRuns: 60 },
  );
});

it('ends with one version when the same run is delivered twice at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      async (order) => {
        const world = createWorld(interleavingStore(memoryObjects(), () => order.next().value));
        await world.trained('run-1');
        const register = () =>
          runRegister({ ports: world.process(), config: automatic, input: { runId: 'run-1', fence: 1 } });
        const [first, second] = await Promise.all([register(), register()]);
        expect(second).toEqual(first);
        expect((await readIndex(world)).versions).toHaveLength(1);
      },
    ),
    { numRuns: 40 },
  );
});

it('may be delayed by lost responses and a busy store, but keeps its result', async () => {
  const undisturbed = await trainedWorld();
  const input = { runId: 'run-1', fence: 1 };
  const expected = await runRegister({ ports: undisturbed.process(), config: automatic, input });
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.constantFrom(...FAULTS)), async (faults) => {
      const world = await trainedWorld();
      const ports = { ...world.process(), objects: faultyStore(world.objects, () => faults.next().value) };
      for (let attempt = 0; ; attempt++) {
        expect(attempt).toBeLessThan(50);
        try {
          expect(await runRegister({ ports, config: automatic, input })).toEqual(expected);
          break;
        } catch (error) {
          expect(error).toMatchObject({ retryable: true });
        }
      }
      expect((await readIndex(world)).versions).toHaveLength(1);
      await readBundle(world, 1, expected.digest);
    }),
    { numRuns: 60 },
  );
});

it('needs an approver other than the trainer where the environment asks for it', async () => {
  const world = await trainedWorld();
  const config = configOf({ approverMustDiffer: true });
  const ports = world.process();
  await runRegister({ ports, config, input: { runId: 'run-1', fence: 1 } });
  const by = (name: string) => runApprove({ ports, config, input: { version: 1, by: name, how: 'manual' } });
  await expect(by('role/train')).rejects.toThrow(failure('registry/same-identity'));
  expect(await by('ann')).toMatchObject({ by: 'ann', how: 'manual' });
  expect(world.mirrored.at(-1)?.status).toBe('approved');
});
