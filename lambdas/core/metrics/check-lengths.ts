import { RuntimeFailure } from '../errors.ts';

/** Refuses an empty evaluation, or one whose sides differ in length. */
export function checkLengths(labels: ArrayLike<number>, predictions: ArrayLike<number>): void {
  if (labels.length === 0) {
    throw new RuntimeFailure('metrics/no-rows', 'no rows to evaluate');
  }
  if (labels.length !== predictions.length) {
    throw new RuntimeFailure(
      'metrics/length',
      `${labels.length} labels for ${predictions.length} predictions`,
    );
  }
}
