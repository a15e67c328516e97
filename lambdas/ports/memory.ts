/** Memory of the process that a step runs in. */
export interface Memory {
  /** The most that the process may hold, MB; the system ends it beyond that. */
  readonly limitMb: number;
  /** Resident memory at this moment, MB. */
  usedMb(): number;
  /** The largest resident memory since the process began, MB. */
  peakMb(): number;
  /** Gives back what nothing refers to any more. It takes a while: only for when memory is short. */
  collect(): void;
}
