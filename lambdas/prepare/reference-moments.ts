import type { ModelConfig } from '../core/config.ts';
import { columnFeatures } from '../core/features/columns.ts';
import type { ReferenceMoments } from '../core/features/expectations.ts';
import type { Ports } from '../ports/index.ts';
import { readBundle } from '../stores/bundle.ts';
import { readRelease } from '../stores/release.ts';

/**
 * Mean and deviation of the champion's rows by source column, where a feature's expectations compare with them;
 * undefined before the first release, and while the champion was fitted on another version of the features: a
 * column may mean something else since, and a run that stopped because of it could never train the next version.
 *
 * @throws RuntimeFailure `bundle/*`
 */
export async function referenceMoments(
  { objects }: Pick<Ports, 'objects'>,
  { features }: Pick<ModelConfig, 'features'>,
): Promise<ReferenceMoments | undefined> {
  const compares = columnFeatures(features).some(
    ({ expect = {} }) => expect.meanWithinSigmas !== undefined || expect.deviationWithinFactor !== undefined,
  );
  if (!compares) return undefined;
  const { champion } = (await readRelease(objects)).state;
  if (champion === null) return undefined;
  const bundle = await readBundle({ objects }, champion.version, champion.digest);
  if (bundle.features.version !== features.version) return undefined;
  const columnOf = new Map(columnFeatures(features).map(({ name, column = name }) => [name, column]));
  return new Map(
    bundle.profile.columns.flatMap((profile) => {
      const column = columnOf.get(profile.name);
      return profile.kind === 'numeric' && profile.summary !== null && column !== undefined
        ? [[column, profile.summary] as const]
        : [];
    }),
  );
}
