import { describe, expect, it } from 'vitest';
import type { MirroredVersion, RegistryMirror } from '../../lambdas/ports/registry-mirror.ts';

export interface RegistryMirrorSubject {
  readonly mirror: RegistryMirror;
  /** What the mirror shows, in ascending order of version. */
  shown(): Promise<readonly Pick<MirroredVersion, 'version' | 'digest' | 'status'>[]>;
}

const version = (number: number, status: MirroredVersion['status'] = 'pending'): MirroredVersion => ({
  model: 'bank-marketing',
  version: number,
  digest: String(number).repeat(64).slice(0, 64),
  status,
  prefix: `models/${number}/`,
});

const brief = ({ version: number, digest, status }: MirroredVersion) => ({ version: number, digest, status });

/**
 * What every RegistryMirror must do.
 *
 * @param create - Makes an empty mirror and something that looks at it.
 */
export function registryMirrorContract(
  name: string,
  create: () => RegistryMirrorSubject | Promise<RegistryMirrorSubject>,
): void {
  describe(`${name} as a RegistryMirror`, () => {
    it('shows each version with its digest and status', async () => {
      const { mirror, shown } = await create();
      await mirror.show(version(1));
      await mirror.show(version(2, 'approved'));
      expect(await shown()).toEqual([version(1), version(2, 'approved')].map(brief));
    });

    it('shows a version once, however often it is written', async () => {
      const { mirror, shown } = await create();
      for (let time = 0; time < 3; time++) await mirror.show(version(1));
      expect(await shown()).toEqual([brief(version(1))]);
    });

    it('shows the status of a version, there and back', async () => {
      const { mirror, shown } = await create();
      for (const status of ['pending', 'approved', 'rejected', 'approved'] as const) {
        await mirror.show(version(1, status));
        expect((await shown())[0]?.status).toBe(status);
      }
    });

    it('finds a version among more than a page of others', async () => {
      const { mirror, shown } = await create();
      for (let number = 1; number <= 12; number++) await mirror.show(version(number));
      await mirror.show(version(1, 'approved'));
      expect(await shown()).toHaveLength(12);
      expect((await shown())[0]?.status).toBe('approved');
    });
  });
}
