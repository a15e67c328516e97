/** A request to the release controller from a cloud's events and timers. */
export type ReleaseSignal =
  | { readonly kind: 'approved'; readonly version: number }
  | { readonly kind: 'tick' }
  | { readonly kind: 'alarm'; readonly id: string; readonly since: number; readonly reason: string }
  /** By a person. It takes back `version`; without one, as older senders write it, the newest release. */
  | { readonly kind: 'rollback'; readonly id: string; readonly by: string; readonly version?: number }
  /** An event that asks for nothing: an alarm that is over. */
  | { readonly kind: 'nothing' };
