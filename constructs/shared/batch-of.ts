import { InvalidInput } from '../../lambdas/core/errors.ts';
import type { ResolvedConfig } from '../contract/model-props.ts';

type Batch = NonNullable<ResolvedConfig['model']['serving']['batch']>;

/**
 * Returns the blueprint's batch scoring.
 *
 * @throws InvalidInput `construct/no-batch` for a blueprint without `serving.batch`
 */
export function batchOf({ model }: Pick<ResolvedConfig, 'model'>): Batch {
  const { batch } = model.serving;
  if (batch !== undefined) return batch;
  throw new InvalidInput('BatchScoring', [
    {
      code: 'construct/no-batch',
      path: 'serving.batch',
      message: 'is not in the blueprint',
      fix: 'give it a schedule, or leave the construct out',
    },
  ]);
}
