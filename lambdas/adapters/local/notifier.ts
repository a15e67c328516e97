import type { Clock } from '../../ports/clock.ts';
import type { Notifier } from '../../ports/notifier.ts';
import type { LineWriter } from './line-writer.ts';

export interface NotifierOptions {
  /** `notifications.jsonl`. */
  readonly path: string;
  readonly lines: LineWriter;
  readonly clock: Pick<Clock, 'now'>;
}

/** One line per notification: `{at, severity, subject, body}`. */
export function createNotifier({ path, lines, clock }: NotifierOptions): Notifier {
  return {
    async notify({ severity, subject, body }) {
      lines.append(path, JSON.stringify({ at: clock.now(), severity, subject, body }));
      await lines.flush();
    },
  };
}
