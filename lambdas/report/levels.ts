import type { FeatureVerdict } from '../core/drift/compare.ts';
import type { DriftVerdict } from '../core/drift/episode.ts';
import type { Fate } from '../core/release/state.ts';
import type { FeatureSummary, VersionSummary, WindowSummary } from './summary.ts';

/** How much a feature's change matters: proven and large enough, proven and nearly so, neither, or not tested. */
export type Level = 'drift' | 'near' | 'ok' | 'few';

const LEVEL_OF: Readonly<Record<FeatureVerdict, Level>> = {
  alert: 'drift',
  warn: 'near',
  ok: 'ok',
  insufficient: 'few',
};

/** Orders features of one verdict: the statistic as a share of its limit, where it has one. For p-values less is worse. */
export function strengthOf({ statistic, value, threshold }: FeatureSummary): number {
  if (value === null) return 0;
  const [limit, share] = statistic === 'chi-square' ? [value, threshold ?? 1] : [threshold ?? 1, value];
  return limit === 0 ? Infinity : share / limit;
}

/** The level of a feature, or of the scores, in a window. */
export function levelOf({ verdict }: Pick<WindowSummary, 'verdict'>, feature: FeatureSummary): Level {
  return verdict === 'insufficient' ? 'few' : LEVEL_OF[feature.verdict];
}

/** The feature in a window; undefined when the window says nothing about it. */
export function featureIn({ drifted, others }: WindowSummary, name: string): FeatureSummary | undefined {
  return [...drifted, ...others].find(({ feature }) => feature === name);
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
