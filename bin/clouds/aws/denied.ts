import type { CheckOutcome } from '../../doctor/check.ts';
import { denied } from '../../doctor/denied.ts';

export const isDenied = (error: unknown): boolean =>
  error instanceof Error && /^AccessDenied|^AuthorizationError|^NoSuchEntity/.test(error.name);

/**
 * The outcome of a check whose call was refused.
 *
 * @throws the error, when it is another one
 */
export function deniedOrThrow(error: unknown, action: string, on: string): CheckOutcome {
  if (!isDenied(error)) throw error;
  return denied(action, on);
}
