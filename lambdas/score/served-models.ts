/**
 * The models that serve: those of the release pointer, which is read again when it is older than five seconds. They are
 * verified before they are parsed, and kept in memory.
 */

import type { ErrorCode } from '../core/error-codes/index.ts';
import type { LiveStep, ReleaseState, VersionRef } from '../core/release/state.ts';
import type { Ports } from '../ports/index.ts';
import { type Release, readRelease } from '../stores/release.ts';
import { codeOf } from './answer.ts';
import type { LoadedModel, loadModel } from './loaded-model.ts';

/** A rollback must reach every instance within 10 s: this, a write of at most 2 s, and a margin. */
const POINTER_CACHE_MS = 5_000;

/** The models for one request. */
export interface Served {
  readonly model: LoadedModel;
  /** A version that answers a share of the requests, or answers them unseen. */
  readonly challenger?: { readonly model: LoadedModel; readonly live: LiveStep };
  readonly releaseSeq: number;
  /** When it began to serve, ms since 1970; null when the pointer no longer tells. */
  readonly since: number | null;
  /** True when the newest pointer could not be read or followed, so that this is the last verified model. */
  readonly stale: boolean;
}

export interface ServedModels {
  /** The champion; undefined when there has never been one that could be loaded. Fresh to 5 s. */
  current(): Served | undefined | Promise<Served | undefined>;
  /** Code of the failure that keeps every model from serving; undefined before the first release, or when one serves. */
  readonly unavailable: string | undefined;
  /** Reads the pointer now and loads what it names, the previous version too. */
  refresh(): Promise<void>;
}

/**
 * Keeps the champion of the release pointer, a challenger that answers beside it, and the version before it, so that a
 * rollback loads nothing.
 */
export function createServedModels(
  { objects, clock, logger }: Pick<Ports, 'objects' | 'clock' | 'logger'>,
  loadVersion: typeof loadModel,
): ServedModels {
  const models = new Map<string, LoadedModel>();
  let served: Served | undefined;
  let unavailable: string | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  let preparing: Promise<void> = Promise.resolve();

  async function load(ref: VersionRef): Promise<LoadedModel> {
    const known = models.get(ref.digest);
    if (known !== undefined) return known;
    const model = await loadVersion(objects, ref);
    models.set(ref.digest, model);
    return model;
  }

  /** Keeps the last verified model. Before there is one, the next request tries again. */
  function keep(cause: unknown): void {
    logger.warn('score.release-not-followed', { code: codeOf(cause), serving: served?.model.version });
    if (served !== undefined) served = { ...served, stale: true };
    else unavailable = codeOf(cause);
  }

  async function follow({ state, seq }: Release): Promise<void> {
    // A replica of the store that lags, or a restored backup: an instance never goes back in time by itself.
    if (served !== undefined && seq < served.releaseSeq) return keep(new PointerWentBack());
    if (state.champion === null) {
      unavailable = undefined;
      return;
    }
    const model = await load(state.champion);
    const challenger = await loadChallenger(state);
    served = {
      model,
      ...(challenger && { challenger }),
      releaseSeq: seq,
      since: servingSince(state, state.champion),
      stale: false,
    };
    unavailable = undefined;
    preparing = prepare(state, [model, ...(challenger ? [challenger.model] : [])]);
  }

  /** Without a challenger that can be loaded the champion answers alone: its release ends for want of answers. */
  async function loadChallenger({ challenger }: ReleaseState): Promise<Served['challenger']> {
    if (challenger?.live === undefined) return undefined;
    try {
      return { model: await load(challenger), live: challenger.live };
    } catch (cause) {
      logger.warn('score.challenger-not-loaded', { code: codeOf(cause), version: challenger.version });
      return undefined;
    }
  }

  /** Loads the version that a rollback would go to, and drops those that are not needed. */
  async function prepare({ previous }: ReleaseState, serving: readonly LoadedModel[]): Promise<void> {
    const needed = new Set([...serving.map(({ digest }) => digest), previous?.digest]);
    for (const digest of models.keys()) if (!needed.has(digest)) models.delete(digest);
    if (previous === null) return;
    await load(previous).catch((cause: unknown) => {
      logger.warn('score.previous-not-loaded', { code: codeOf(cause), version: previous.version });
    });
  }

  /** One at a time: requests that find the pointer too old wait for the same reading. */
  function read(): Promise<void> {
    reading ??= readRelease(objects)
      .then(follow)
      .catch(keep)
      .finally(() => {
        readAt = clock.steady();
        reading = undefined;
      });
    return reading;
  }

  return {
    current() {
      if (served !== undefined && clock.steady() - readAt < POINTER_CACHE_MS) return served;
      return read().then(() => served);
    },
    get unavailable() {
      return unavailable;
    },
    async refresh() {
      await read();
      await preparing;
    },
  };
}

class PointerWentBack extends Error {
  readonly code: ErrorCode = 'release/went-back';
}

/** The start of the watch, or of the last release that this version won, or the end of one that fell back on it. */
function servingSince({ watch, outcomes }: ReleaseState, { version }: VersionRef): number | null {
  if (watch !== null) return watch.since;
  const last = outcomes.findLast(({ fate }) => fate !== 'aborted');
  if (last === undefined) return null;
  return last.version === version ? last.startedAt : last.endedAt;
}
