import { randomUUID } from 'node:crypto';

/** Gives names unlike any other that any process gives: one for the process, and a number. */
export function recordIds(): () => string {
  const instance = randomUUID();
  let given = 0;
  return () => {
    given += 1;
    return `${instance}-${given}`;
  };
}
