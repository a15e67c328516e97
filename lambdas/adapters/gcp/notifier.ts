import type { Notification, Notifier } from '../../ports/notifier.ts';

export interface NotifierOptions {
  readonly model: string;
  readonly environment: string;
  /** Takes one line without its line break. */
  readonly write: (line: string) => void;
}

const SEVERITY: Readonly<Record<Notification['severity'], string>> = {
  info: 'NOTICE',
  warning: 'WARNING',
  alarm: 'ERROR',
};

/** A log line, which an alert policy of the model mails (cloud.google.com/logging/docs/alerting/log-based-alerts). */
export function createNotifier({ model, environment, write }: NotifierOptions): Notifier {
  return {
    async notify({ severity, subject, body }) {
      const notification = { severity, subject, body, model, environment };
      write(JSON.stringify({ severity: SEVERITY[severity], message: 'notification', notification }));
    },
  };
}
