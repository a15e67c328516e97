export interface ModelEvent {
  /** Same id, same effect: a second delivery is ignored. */
  readonly id: string;
  readonly type:
    | 'export.completed'
    | 'version.registered'
    | 'version.approved'
    | 'release.moved'
    | 'release.ended'
    | 'probe.failed'
    | 'drift.detected'
    | 'performance.lost'
    | 'retraining.requested';
  readonly model: string;
  /** ms since 1970. */
  readonly at: number;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** Publishes what happened. At least once; consumers use the id. */
export interface Events {
  publish(event: ModelEvent): Promise<void>;
}
