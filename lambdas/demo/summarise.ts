import { createHash } from 'node:crypto';
import { alarmsOf } from '../core/drift/alarms.ts';
import type { FeatureDrift } from '../core/drift/compare.ts';
import { measure, primaryMetric } from '../core/evaluation/measure.ts';
import { predictTable } from '../core/evaluation/predict.ts';
import { labelsOf } from '../core/model-table.ts';
import type { ReleaseOutcome, VersionRef } from '../core/release/state.ts';
import { sumRefusals } from '../report/refusals.ts';
import type {
  Compared,
  ComparisonSummary,
  FeatureSummary,
  ReleaseSummary,
  Summary,
  VersionAnswers,
  VersionSummary,
  WindowSummary,
} from '../report/summary.ts';
import { readBundle } from '../stores/bundle.ts';
import { listReports, type WindowReport } from '../stores/drift-reports.ts';
import { getHistorical } from '../stores/historical.ts';
import { sha256 } from '../stores/json.ts';
import { readIndex } from '../stores/models.ts';
import { readPredictions } from '../stores/predictions.ts';
import { readRelease } from '../stores/release.ts';
import { readRun } from '../stores/runs.ts';
import type { LoopResult, PlayedWindow } from './loop.ts';
import type { World } from './setup.ts';

export interface RunFacts {
  readonly scenario: string;
  readonly seed: number;
}

/** Gathers what a run did from the stores that it left behind: nothing here was only remembered. */
export async function summarise(
  world: World,
  { windows, retrainings, stopped }: LoopResult,
  facts: RunFacts,
): Promise<Summary> {
  const { config, feed, ports } = world;
  const { state } = await readRelease(ports.objects);
  const answered = await countAnswers(world);
  const reports = await listReports(ports);
  const last = windows.at(-1);
  return {
    schemaVersion: 1,
    model: config.name,
    ...facts,
    data: {
      origin: feed.origin,
      rows: feed.rows.length,
      from: isoOf(feed.times[0] ?? 0),
      to: isoOf(feed.times.at(-1) ?? 0),
      setAside: feed.setAside ?? {},
    },
    requests: {
      sent: windows.reduce((sum, { sent }) => sum + sent, 0),
      refusals: sumRefusals(windows),
      stopped,
    },
    answers: answered.versions,
    versions: await describeVersions(world, state.outcomes),
    releases: state.outcomes.map((outcome) => describeRelease(outcome, answered.byVersion)),
    // A window without requests has no report.
    drift: windows.flatMap((played) =>
      reports
        .filter(({ window }) => window.from === played.from)
        .map((report) => describeWindow(report, played)),
    ),
    retrainings,
    comparison: last === undefined ? null : await compareFirstAndLast(world, last, state.champion),
    falseAlarms:
      facts.scenario === 'stable' ? reports.filter(({ drift }) => drift.verdict === 'drifted').length : null,
    scoresSha256: answered.digest,
  };
}

async function countAnswers({ ports }: World): Promise<{
  byVersion: ReadonlyMap<number, number>;
  versions: readonly VersionAnswers[];
  digest: string;
}> {
  const byStatus = new Map<number, { ok: number; invalid: number; error: number }>();
  const lines: string[] = [];
  const everything = { from: 0, to: ports.clock.now() + 1 };
  for await (const { id, version, status, score } of readPredictions(ports.objects, everything)) {
    const counts = byStatus.get(version) ?? { ok: 0, invalid: 0, error: 0 };
    counts[status] += 1;
    byStatus.set(version, counts);
    lines.push(`${id} ${version} ${score ?? 'none'}\n`);
  }
  const hash = createHash('sha256');
  for (const line of lines.sort()) hash.update(line);
  const versions = [...byStatus]
    .sort(([a], [b]) => a - b)
    .map(([version, counts]) => ({ version, ...counts }));
  const byVersion = new Map(
    versions.map(({ version, ok, invalid, error }) => [version, ok + invalid + error]),
  );
  return { byVersion, versions, digest: hash.digest('hex') };
}

async function describeVersions(
  { ports }: World,
  outcomes: readonly ReleaseOutcome[],
): Promise<VersionSummary[]> {
  const { versions } = await readIndex(ports);
  return Promise.all(
    versions.map(async ({ version, digest, runId, createdAt, evaluation, status }) => {
      const run = await readRun(ports, runId);
      const outcome = outcomes.findLast((one) => one.version === version);
      const model = await ports.objects.get(`models/${version}/model.ubj`);
      const { name, ...holdout } = evaluation.primary;
      return {
        version,
        digest: digest ?? '',
        modelSha256: sha256(model?.bytes ?? new Uint8Array()),
        trigger: run?.trigger ?? '',
        trainedAt: isoOf(createdAt),
        trainRows: run?.data.trainRows ?? 0,
        holdoutRows: run?.data.holdoutRows ?? 0,
        metric: name,
        holdout,
        fate: outcome?.fate ?? (status === 'failed-validation' ? 'failed-validation' : 'pending'),
        reason: outcome?.reason ?? evaluation.reasons.join('; '),
      };
    }),
  );
}

function describeRelease(outcome: ReleaseOutcome, served: ReadonlyMap<number, number>): ReleaseSummary {
  const { version, strategy, fate, reason, startedAt, endedAt } = outcome;
  return {
    version,
    strategy,
    fate,
    reason,
    startedAt: isoOf(startedAt),
    endedAt: isoOf(endedAt),
    served: served.get(version) ?? 0,
  };
}

function describeWindow(
  { window, version, drift, performance, outcomes, answers }: WindowReport,
  { number, sent, refusals, setAside }: PlayedWindow,
): WindowSummary {
  const alerts = drift.features.filter(({ verdict }) => verdict === 'alert');
  return {
    window: number,
    from: isoOf(window.from),
    to: isoOf(window.to),
    rows: drift.rows,
    version,
    verdict: drift.verdict,
    drifted: alerts.map(describeFeature),
    others: drift.features.filter((feature) => !alerts.includes(feature)).map(describeFeature),
    score: drift.score && describeFeature(drift.score),
    performance: performance?.metrics ?? null,
    ...(outcomes !== undefined && { outcomes }),
    answers,
    requests: { sent, refusals },
    setAside,
  };
}

function describeFeature(drift: FeatureDrift): FeatureSummary {
  const { name, statistic, measure, threshold, verdict } = drift;
  const value = measure === null ? null : statistic === 'chi-square' ? measure.pValue : measure.value;
  return { feature: name, statistic, value, threshold, verdict, alarms: alarmsOf(drift) };
}

/** Both versions on the rows of the last window, which neither has seen. */
async function compareFirstAndLast(
  { ports, config }: World,
  window: LoopResult['windows'][number],
  champion: VersionRef | null,
): Promise<ComparisonSummary | null> {
  const [first] = (await readIndex(ports)).versions;
  if (first === undefined || first.digest === null || champion === null || champion.version === first.version)
    return null;
  const table = await getHistorical(ports, config, window);
  const labels = labelsOf(table, config.problem);
  const known = Array.from(labels.keys()).filter((row) => !Number.isNaN(labels[row]));
  const metric = primaryMetric(config.problem);
  const compare = async ({ version, digest }: VersionRef): Promise<Compared> => {
    const predictions = predictTable(await readBundle(ports, version, digest), table);
    const pick = (values: ArrayLike<number>) => known.map((row) => values[row] as number); // rows of this table
    const measured = measure(
      config.problem,
      pick(labels),
      pick(predictions),
      config.serving.decisionThreshold,
    )[metric];
    return {
      version,
      value: measured?.value ?? Number.NaN,
      low: measured?.low ?? null,
      high: measured?.high ?? null,
    };
  };
  return {
    window: window.number,
    rows: known.length,
    metric,
    first: await compare({ version: first.version, digest: first.digest }),
    champion: await compare(champion),
  };
}

const isoOf = (at: number): string => new Date(at).toISOString();
