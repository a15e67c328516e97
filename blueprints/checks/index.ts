/** All checks of one field against another. */

import type { Problem } from '../../lambdas/core/errors.ts';
import type { BlueprintCheck, Sections } from './check.ts';
import { knownPast, ownPastColumn, pastNeedsKeys, readableExpressions } from './computed-features.ts';
import {
  encodingWithoutLabel,
  fittingExpectations,
  noExcludedFeature,
  noForbiddenFeature,
  oneHotWidth,
  uniqueFeatures,
  uniqueStoredColumns,
} from './features.ts';
import { consecutiveWindows, monitoringVolume, possibleDriftLimits, warnBeforeAlert } from './monitoring.ts';
import { businessAlarm, releaseShare, releaseVolume, uncertainBand, watchVolume } from './serving.ts';
import {
  distinctRoles,
  knownSensitive,
  knownTruthStep,
  readingSteps,
  selectedColumns,
  windowedSteps,
} from './source.ts';
import {
  fairnessAttributes,
  fittingAlgorithm,
  gapByTime,
  metricsOfProblem,
  searchSpace,
  thresholdLimits,
} from './training.ts';

const CHECKS: readonly BlueprintCheck[] = [
  readingSteps,
  distinctRoles,
  knownTruthStep,
  knownSensitive,
  selectedColumns,
  windowedSteps,
  uniqueFeatures,
  uniqueStoredColumns,
  noExcludedFeature,
  noForbiddenFeature,
  knownPast,
  ownPastColumn,
  pastNeedsKeys,
  readableExpressions,
  fittingExpectations,
  encodingWithoutLabel,
  oneHotWidth,
  fittingAlgorithm,
  gapByTime,
  metricsOfProblem,
  thresholdLimits,
  fairnessAttributes,
  searchSpace,
  releaseShare,
  releaseVolume,
  watchVolume,
  uncertainBand,
  businessAlarm,
  warnBeforeAlert,
  possibleDriftLimits,
  consecutiveWindows,
  monitoringVolume,
];

/** Everything that the accepted sections say against each other. */
export function crossFieldProblems(sections: Sections): Problem[] {
  return CHECKS.flatMap((check) => check(sections));
}
