import type { LocalPorts } from '../adapters/local/create-ports.ts';
import { runApprove } from '../approve/approve.ts';
import type { ModelConfig } from '../core/config.ts';
import type { DriftVerdict } from '../core/drift/episode.ts';
import { alertsOf } from '../core/drift/evaluate.ts';
import { RuntimeFailure } from '../core/errors.ts';
import { versionToLeave } from '../core/release/rollback.ts';
import { EMPTY_RELEASE, type ReleaseState } from '../core/release/state.ts';
import type { Decision } from '../core/release/transitions.ts';
import type { LogFields, Logger } from '../ports/logger.ts';
import { releaseApproved, runTick } from '../release/follow.ts';
import { runRelease } from '../release/release.ts';
import { createScorer } from '../score/scorer.ts';
import { listReports } from '../stores/drift-reports.ts';
import type { ModelIndex } from '../stores/model-index.ts';
import { readIndex, unlistedVersions } from '../stores/models.ts';
import { readRelease } from '../stores/release.ts';
import { isReplayed } from '../stores/release-outcomes.ts';
import { type Expiry, expireObjects } from './expire.ts';
import { type RunningServer, startServer } from './http-server.ts';
import { commandIn, fillCommand, type NamedFolder, releaseCommand } from './next-command.ts';
import { openStore } from './open-store.ts';
import { localSecret } from './pseudonym-secret.ts';
import { type RunStatus, runStatus, withFolderLock } from './run-folder.ts';
import { shellCommand } from './shell.ts';

/** One judged window, in short. */
export interface WindowStatus {
  /** End of the window, ISO 8601. */
  readonly to: string;
  /** The version that answered. */
  readonly version: number;
  readonly verdict: DriftVerdict;
  /** Features that alerted. */
  readonly drifted: readonly string[];
  /** The same and the scores, each with the numbers that are beyond their limits. */
  readonly alarms: readonly string[];
}

/** Current state of a model: the data of `mlops status --json`. */
export interface Status {
  readonly model: string;
  /** How far the newest demonstration came; of a registry, that it was made by hand. */
  readonly run: RunStatus | null;
  /** The registry's entries, oldest first. */
  readonly versions: ModelIndex['versions'];
  /** Numbers of bundles that the registry does not list: none, unless `models/index.json` was lost. */
  readonly unlisted: readonly number[];
  /** The release pointer: champion, rollback target (`previous`), watch, outcomes. */
  readonly release: ReleaseState;
  /** How often the release pointer has changed. */
  readonly seq: number;
  /** The newest judged windows, oldest first, at most 5. */
  readonly windows: readonly WindowStatus[];
}

/** Result of a change of the release pointer: the data of `approve`, `tick` and `rollback` with `--json`. */
export interface ReleaseChange {
  /** False when there was nothing to do. */
  readonly changed: boolean;
  /** Why, in words. */
  readonly reason: string;
  /** The version to take out of service; only for a rollback. */
  readonly asked?: number;
  /** The release pointer now. */
  readonly release: ReleaseState;
}

/** Works on a model's folder, with the use cases that the cloud runs. */
export interface LocalTarget {
  status(): Promise<Status>;
  /**
   * Approves a version and starts its release.
   *
   * @throws RuntimeFailure `registry/not-found`, `registry/failed-validation`, `registry/rejected`,
   *   `release/rejected`, `release/not-started`, `local/busy`
   */
  approve(version: number, by: string): Promise<ReleaseChange>;
  /** Judges the release under way by the answers so far, as a cloud's timer does each minute. */
  tick(): Promise<ReleaseChange>;
  /**
   * Goes back from a version to the one before, or stops a release that has not served yet. Nothing changes when the
   * version has left already.
   *
   * @param version - The version that is to leave. @default - the one that `versionToLeave` finds before the lock is taken
   * @throws RuntimeFailure `release/nothing-before`, `release/not-serving`, `local/busy`
   */
  rollback(by: string, requestId: string, version?: number): Promise<ReleaseChange>;
  /**
   * Serves the champion on loopback until it is told to close; port 0 takes a free one.
   *
   * @param warn - Gets each warning and error that the service logs: its log can lie on the disk that is full.
   * @throws RuntimeFailure `score/no-model` when nothing has been released, `score/unavailable` when its model cannot be
   *   loaded, `release/replayed` when the pointer is an older
   *   one whose champion was rolled back since
   */
  serve(port: number, warn?: (event: string, fields: LogFields) => void): Promise<RunningServer>;
}

const SHOWN_WINDOWS = 5;
const DAY_MS = 86_400_000;

/**
 * Opens a model's folder: its registry, or its demonstration.
 *
 * @param model - As fixes name it: the name of a blueprint, or the path of its file. @default the model's name
 * @param expiries - Objects that `tick` and `serve` delete when they are too old; while serving, each day. @default - none
 * @throws RuntimeFailure `local/nothing-here` when nothing has run there
 *
 * @example
 * import { modelFolder, openLocalTarget } from 'mlops-blueprint/local';
 *
 * const target = openLocalTarget(modelFolder(process.cwd(), 'churn', false), config.model);
 * await target.approve(1, 'ada');
 * const { release, versions } = await target.status();
 */
export function openLocalTarget(
  root: string,
  config: ModelConfig,
  model = config.name,
  expiries: readonly Expiry[] = [],
): LocalTarget {
  const ports = openStore(root, model);
  const expire = () => expireObjects(ports, expiries, ports.clock.now());
  const folder: NamedFolder = { root, model };
  /** Changes the pointer while nobody else works here; returns when everything is written. */
  const change = (work: () => Promise<Decision>): Promise<Decision> =>
    withFolderLock(root, async () => {
      const decision = await work();
      await ports.settled();
      return decision;
    });
  return {
    status: () => readStatus(ports, config, root),

    async approve(version, by) {
      const before = (await readRelease(ports.objects)).state;
      if (before.rejected.includes(version)) throw wasRejected(version);
      await withFolderLock(root, () => runApprove({ ports, config, input: { version, by, how: 'manual' } }));
      await ports.settled();
      if (before.champion?.version === version)
        return { changed: false, reason: `version ${version} serves already`, release: before };
      const { kind, state, reason } = await change(() => releaseApproved(ports, config, version));
      if (kind === 'ignored') throw notStarted(folder, version, reason);
      return { changed: true, reason: `version ${version} approved by ${by}: ${reason}`, release: state };
    },

    async tick() {
      const { kind, state, reason } = await change(() => runTick(ports, config));
      await expire();
      return { changed: kind !== 'ignored' && kind !== 'waiting', reason, release: state };
    },

    async rollback(by, requestId, version) {
      const asked = version ?? versionToLeave((await readRelease(ports.objects)).state);
      if (asked === undefined) throw await nothingBefore(ports, folder, EMPTY_RELEASE);
      const { kind, state, reason } = await change(() =>
        runRelease(ports, config, { kind: 'rollback', id: requestId, by, version: asked }),
      );
      if (kind === 'ended' && state.champion?.version !== asked)
        return { changed: true, reason: `version ${asked} rolled back ${reason}`, asked, release: state };
      if (state.rejected.includes(asked)) return { changed: false, reason, asked, release: state };
      // Without a version before, the champion keeps its place and at most its watch ends.
      throw state.champion?.version === asked
        ? await nothingBefore(ports, folder, state)
        : notServing(folder, asked, state);
    },

    async serve(port, warn) {
      const logger = warn === undefined ? ports.logger : warning(ports.logger, warn);
      const scorer = createScorer({ ports: { ...ports, logger }, config, secret: localSecret(root, logger) });
      const error = await scorer.notReady();
      if (error !== undefined)
        throw new RuntimeFailure(error.code, error.message, {
          ...(error.code === 'score/no-model' && { fix: await releaseCommand(ports, folder) }),
        });
      const { state } = await readRelease(ports.objects);
      if (await isReplayed(ports, state)) throw replayed(config.name, state);
      await expire();
      const server = await startServer({ scorer, config, port });
      const daily = setInterval(() => {
        expire().catch((error: unknown) => logger.warn('retention.failed', { error: String(error) }));
      }, DAY_MS);
      return {
        url: server.url,
        async close() {
          clearInterval(daily);
          await server.close();
          await ports.settled();
        },
      };
    },
  };
}

async function readStatus(ports: LocalPorts, config: ModelConfig, root: string): Promise<Status> {
  const { state, seq } = await readRelease(ports.objects);
  const newest = (await listReports(ports)).slice(-SHOWN_WINDOWS);
  return {
    model: config.name,
    run: await runStatus(root),
    versions: (await readIndex(ports)).versions,
    unlisted: await unlistedVersions(ports),
    release: state,
    seq,
    windows: newest.map(({ window, version, drift }) => ({
      to: new Date(window.to).toISOString(),
      version,
      verdict: drift.verdict,
      drifted: drift.features.filter(({ verdict }) => verdict === 'alert').map(({ name }) => name),
      alarms: alertsOf(drift),
    })),
  };
}

/** A logger that passes on warnings and errors too. */
const warning = (logger: Logger, warn: (event: string, fields: LogFields) => void): Logger => ({
  info: logger.info,
  warn(event, fields = {}) {
    logger.warn(event, fields);
    warn(event, fields);
  },
  error(event, fields = {}) {
    logger.error(event, fields);
    warn(event, fields);
  },
  with: (fields) => warning(logger.with(fields), warn),
});

const nothingBefore = async (ports: LocalPorts, folder: NamedFolder, { champion }: ReleaseState) =>
  new RuntimeFailure(
    'release/nothing-before',
    champion === null
      ? 'nothing has been released yet'
      : `version ${champion.version} has nothing before it to go back to`,
    { fix: champion === null ? await releaseCommand(ports, folder) : betterVersion(folder) },
  );

const notServing = (folder: NamedFolder, asked: number, state: ReleaseState) =>
  new RuntimeFailure(
    'release/not-serving',
    `version ${asked} does not serve: version ${state.champion?.version} serves`,
    {
      fix: commandIn(folder, `mlops rollback ${folder.model} --version ${versionToLeave(state)} --by NAME`),
    },
  );

const replayed = (model: string, { champion }: ReleaseState) =>
  new RuntimeFailure(
    'release/replayed',
    `release/state.json is an older one: version ${champion?.version} serves by it, and was rolled back since`,
    { fix: `mlops tick ${model} goes back from it` },
  );

const wasRejected = (version: number) =>
  new RuntimeFailure('release/rejected', `version ${version} was stopped or rolled back and cannot return`, {
    fix: 'train again: a new version gets a new number',
  });

const betterVersion = (folder: NamedFolder): string =>
  `train and approve a better version: ${fillCommand(folder)}`;

const notStarted = (folder: NamedFolder, version: number, reason: string) =>
  new RuntimeFailure(
    'release/not-started',
    `version ${version} is approved, but its release has not started: ${reason}`,
    {
      fix: `${commandIn(folder, shellCommand('mlops', 'status', folder.model))}; approve it again when no release is under way`,
    },
  );
