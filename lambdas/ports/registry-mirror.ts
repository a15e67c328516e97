export type VersionStatus = 'pending' | 'approved' | 'rejected' | 'failed-validation';

export interface MirroredVersion {
  readonly model: string;
  readonly version: number;
  /** sha256 of the bundle's manifest, hex. */
  readonly digest: string;
  readonly status: VersionStatus;
  /** Object-store prefix of the bundle. */
  readonly prefix: string;
}

/** Shows our registry in the cloud's own. Showing the same version twice has the effect of once. */
export interface RegistryMirror {
  show(version: MirroredVersion): Promise<void>;
}
