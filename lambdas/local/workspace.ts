import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../adapters/local/clock.ts';
import { createPorts, type LocalPorts } from '../adapters/local/create-ports.ts';
import type { ModelConfig } from '../core/config.ts';
import { RuntimeFailure } from '../core/errors.ts';
import type { ReleaseState } from '../core/release/state.ts';
import { runApprove } from '../register/approve.ts';
import { runRelease } from '../release/release.ts';
import { listReports } from '../stores/drift-reports.ts';
import type { ModelIndex } from '../stores/model-index.ts';
import { readIndex } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { readRun } from '../stores/runs.ts';

/** What a model looks like now. */
export interface Status {
  readonly model: string;
  readonly versions: ModelIndex['versions'];
  readonly release: ReleaseState;
  /** How often the release pointer has changed. */
  readonly seq: number;
  readonly lastWindow: {
    readonly to: string;
    readonly version: number;
    readonly verdict: string;
    readonly drifted: readonly string[];
  } | null;
}

/** Works on what a local run left behind, with the use cases that the cloud runs. */
export interface Workspace {
  status(): Promise<Status>;
  /** Approves a version and starts its release. */
  approve(version: number, by: string): Promise<ReleaseState>;
  /** Goes back to the version before, or stops a release that has not served yet. */
  rollback(
    by: string,
    requestId: string,
  ): Promise<{ readonly state: ReleaseState; readonly reason: string; readonly changed: boolean }>;
}

/**
 * Opens the folder of a local run.
 *
 * @throws RuntimeFailure `local/nothing-here` when nothing has run there
 */
export function openWorkspace(root: string, config: ModelConfig): Workspace {
  const store = join(root, 'store');
  if (!existsSync(store))
    throw new RuntimeFailure('local/nothing-here', `nothing has run in ${root}`, {
      fix: `mlops local ${config.name}`,
    });
  const ports = createPorts({ root: store, clock: systemClock, source: () => Promise.reject(noSource()) });
  return {
    status: () => readStatus(ports, config),
    async approve(version, by) {
      await runApprove({ ports, config, input: { version, by, how: 'manual' } });
      const entry = (await readIndex(ports)).versions.find((one) => one.version === version);
      const run = entry && (await readRun(ports, entry.runId));
      const changeExpected = run?.trigger === 'drift' || run?.trigger === 'performance';
      const { state } = await runRelease(ports, config, { kind: 'approved', version, changeExpected });
      await ports.settled();
      return state;
    },
    async rollback(by, requestId) {
      const { kind, state, reason } = await runRelease(ports, config, {
        kind: 'rollback',
        id: requestId,
        by,
      });
      await ports.settled();
      return { state, reason, changed: kind === 'ended' };
    },
  };
}

async function readStatus(ports: LocalPorts, config: ModelConfig): Promise<Status> {
  const { state, seq } = await readRelease(ports.objects);
  const last = (await listReports(ports)).at(-1);
  return {
    model: config.name,
    versions: (await readIndex(ports)).versions,
    release: state,
    seq,
    lastWindow:
      last === undefined
        ? null
        : {
            to: new Date(last.window.to).toISOString(),
            version: last.version,
            verdict: last.drift.verdict,
            drifted: last.drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name),
          },
  };
}

const noSource = () =>
  new RuntimeFailure('local/no-source', 'this command does not read the source database');
