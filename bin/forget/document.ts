import type { ResolvedConfig } from '../../constructs/config/resolve.ts';
import type { ForgetReport } from '../../lambdas/forget/report.ts';
import type { Remains } from './person-stores.ts';
import { remainsOf } from './remains.ts';

/** The data of `mlops forget --json`. */
export interface ForgetDocument extends Omit<ForgetReport, 'forgottenAt'> {
  /** This machine, or account and region. */
  readonly place: string;
  /** End of an earlier deletion of the same person, ISO 8601; null without one. */
  readonly forgottenAt: string | null;
  readonly remains: readonly Remains[];
}

/** The report of a deletion with its place and everything that stays. */
export function forgetDocument(
  report: ForgetReport,
  { retention }: Pick<ResolvedConfig, 'retention'>,
  { place, beyond }: { readonly place: string; readonly beyond: readonly Remains[] },
): ForgetDocument {
  const { forgottenAt } = report;
  return {
    ...report,
    place,
    forgottenAt: forgottenAt === null ? null : new Date(forgottenAt).toISOString(),
    remains: remainsOf(report, retention, beyond),
  };
}
