import { RuntimeFailure } from '../../core/errors.ts';
import type { OnlineStore } from '../../ports/online-store.ts';

/**
 * The online store of a cloud that has none. A blueprint with features by key is refused before synth.
 *
 * @param cloud - As a sentence begins: `Google Cloud`.
 */
export function noOnlineStore(cloud: string): OnlineStore {
  const refuse = async (): Promise<never> => {
    throw new RuntimeFailure('config/missing', `${cloud} has no online store in this version`, {
      fix: 'remove serving.online.byKey from the blueprint, and deploy it again',
    });
  };
  return { put: refuse, get: refuse, delete: refuse };
}
