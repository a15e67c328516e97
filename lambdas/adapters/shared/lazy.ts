/** Something that is made at its first use. */
export interface Lazy<T> {
  (): Promise<T>;
  /** Whether it was ever asked for. */
  begun(): boolean;
}

/** Makes something once, at the first use; after a failure the next use tries again. */
export function lazy<T>(make: () => Promise<T>): Lazy<T> {
  let made: Promise<T> | undefined;
  const get = (): Promise<T> => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
  return Object.assign(get, { begun: () => made !== undefined });
}
