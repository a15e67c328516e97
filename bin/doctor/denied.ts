import { type Outcome, warn } from './check.ts';

export const isDenied = (error: unknown): boolean =>
  error instanceof Error && /^AccessDenied|^NoSuchEntity/.test(error.name);

/**
 * A check that may not look is no failure of what it would have looked at.
 *
 * @throws the error, when it is another one
 */
export function denied(error: unknown, action: string, on: string): Outcome {
  if (!isDenied(error)) throw error;
  return warn(
    `you may not call ${action} on ${on}, so this was not looked at`,
    `allow ${action}, or have it looked at by somebody who may`,
  );
}
