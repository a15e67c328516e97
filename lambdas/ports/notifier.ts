export interface Notification {
  readonly severity: 'info' | 'warning' | 'alarm';
  readonly subject: string;
  readonly body: string;
}

/** Tells people. */
export interface Notifier {
  notify(notification: Notification): Promise<void>;
}
