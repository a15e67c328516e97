/** The one function of it that the tests call. */
declare module 'semver' {
  export function satisfies(version: string, range: string): boolean;
}
