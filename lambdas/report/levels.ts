import type { DriftVerdict } from '../core/drift/episode.ts';
import type { Fate } from '../core/release/state.ts';
import type { FeatureSummary, VersionSummary, WindowSummary } from './summary.ts';

/** How near a statistic is to its threshold. */
export type Level = 'drift' | 'near' | 'ok' | 'few';

/** From this share of the threshold on: the conventional limits of PSI, 0.1 and 0.25, stand in this relation. */
const NEAR_SHARE = 0.4;

/** The value as a share of its threshold; above 1 is beyond it. For p-values less is worse. */
export function shareOfThreshold({ statistic, value, threshold }: FeatureSummary): number {
  if (value === null || threshold === null) return 0;
  const share = statistic === 'chi-square' ? threshold / value : value / threshold;
  return Number.isFinite(share) ? share : 0;
}

/** A feature's level in a window; undefined when the window says nothing about it. */
export function levelOf(
  window: WindowSummary,
  name: string,
): { feature: FeatureSummary; level: Level } | undefined {
  const alerted = window.drifted.find(({ feature }) => feature === name);
  if (alerted !== undefined) return { feature: alerted, level: 'drift' };
  const feature = window.others.find((other) => other.feature === name);
  return feature && { feature, level: calmLevel(window, feature) };
}

/** The level of what the window did not list as drifted: scores are judged by their threshold alone. */
export function scoreLevel(window: WindowSummary, score: FeatureSummary): Level {
  const calm = calmLevel(window, score);
  return calm === 'near' && shareOfThreshold(score) > 1 ? 'drift' : calm;
}

function calmLevel({ verdict }: WindowSummary, feature: FeatureSummary): Level {
  if (verdict === 'insufficient' || feature.value === null) return 'few';
  return shareOfThreshold(feature) >= NEAR_SHARE ? 'near' : 'ok';
}

/** Words and glyphs say what colours say. */
export const LEVEL_WORDS: Readonly<Record<Level, string>> = {
  drift: 'drift',
  near: 'near',
  ok: 'ok',
  few: 'few',
};

export const VERDICTS: Readonly<Record<DriftVerdict, { readonly glyph: string; readonly word: string }>> = {
  drifted: { glyph: '▲', word: 'drifted' },
  stable: { glyph: '–', word: 'stable' },
  insufficient: { glyph: '?', word: 'too few rows' },
};

export const FATES: Readonly<Record<VersionSummary['fate'], { glyph: string; word: string; tone: string }>> =
  {
    promoted: { glyph: '✓', word: 'promoted', tone: 'good' },
    aborted: { glyph: '✕', word: 'stopped before release', tone: 'bad' },
    'rolled-back': { glyph: '↩', word: 'rolled back', tone: 'bad' },
    expired: { glyph: '↩', word: 'rolled back, health not shown', tone: 'warn' },
    'failed-validation': { glyph: '✕', word: 'failed validation', tone: 'bad' },
    pending: { glyph: '…', word: 'not released yet', tone: 'plain' },
  } satisfies Record<Fate | 'failed-validation' | 'pending', unknown>;

/** Why a version was trained, as the end of a sentence. */
export function triggerWords(trigger: string): string {
  switch (trigger) {
    case 'first':
      return 'the first version';
    case 'drift':
      return 'trained because of drift';
    case 'performance':
      return 'trained because its predecessor had grown worse';
    case 'demand':
    case 'on-demand':
      return 'trained on demand';
    default:
      return `trained because of ${trigger}`;
  }
}
