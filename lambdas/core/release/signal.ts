/** A request to the release controller from a cloud's events and timers. */
export type ReleaseSignal =
  | { readonly kind: 'approved'; readonly version: number }
  | { readonly kind: 'tick' }
  /** `version` is the one that it says something about; without one it may be any that serves. */
  | {
      readonly kind: 'alarm';
      readonly id: string;
      readonly since: number;
      readonly reason: string;
      readonly version?: number;
    }
  /** By a person. It takes back `version`; without one, as older senders write it, the newest release. */
  | { readonly kind: 'rollback'; readonly id: string; readonly by: string; readonly version?: number }
  /** An event that asks for nothing: an alarm that is over. */
  | { readonly kind: 'nothing' };
