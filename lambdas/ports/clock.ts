/** Time comes from here, so that months can pass in seconds and a test can stop it. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds of a steady clock, for durations only. */
  steady(): number;
  /** Waits. A virtual clock jumps. */
  sleep(ms: number): Promise<void>;
}
