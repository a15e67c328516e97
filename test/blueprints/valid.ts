import type { BlueprintInput } from '../../blueprints/index.ts';

/** A blueprint in which everything is right, and little is said; the corpus breaks one thing at a time. */
export function validInput(): BlueprintInput {
  return {
    schemaVersion: 1,
    name: 'churn',
    description: 'Who will leave.',
    owner: 'retention',
    problem: { type: 'binary-classification', label: 'churned', positive: true },
    source: {
      engine: 'postgres',
      steps: [
        {
          name: 'customers',
          query:
            "SELECT id, seen_at, tenure, plan, active, churned FROM customers WHERE seen_at >= current_setting('mlops.from')::timestamptz AND seen_at < current_setting('mlops.to')::timestamptz",
        },
      ],
      key: 'id',
      eventTime: 'seen_at',
      expectedRows: 10_000,
    },
    features: {
      version: 1,
      fields: [
        { kind: 'numeric', name: 'tenure', description: 'months' },
        { kind: 'categorical', name: 'plan', description: 'tariff' },
        { kind: 'boolean', name: 'active', description: 'used it this week' },
        {
          kind: 'timestamp',
          name: 'seen_weekday',
          column: 'seen_at',
          part: 'weekday',
          description: 'weekday',
        },
      ],
    },
    excluded: { refund: 'paid only after the customer has left (leakage)' },
    serving: { online: { requestsPerDay: 1000 } },
  };
}

/** The valid input as loose data, with one value replaced or, when undefined is given, removed. */
export function broken(path: string, value: unknown): unknown {
  const root: unknown = JSON.parse(JSON.stringify(validInput()));
  const keys = path === '' ? [] : path.split('.');
  const last = keys.pop();
  if (last === undefined) return value;
  let at = root as Record<string, unknown>; // plain JSON
  for (const key of keys) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>; // plain JSON
  }
  if (value === undefined) delete at[last];
  else Object.defineProperty(at, last, { value, enumerable: true, configurable: true, writable: true });
  return root;
}

/** The valid input with several values replaced. */
export function brokenAll(changes: Readonly<Record<string, unknown>>): unknown {
  const root: unknown = JSON.parse(JSON.stringify(validInput()));
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.');
    const last = keys.pop() as string; // split gives at least one
    let at = root as Record<string, unknown>; // plain JSON
    for (const key of keys) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>; // plain JSON
    }
    at[last] = value;
  }
  return root;
}
