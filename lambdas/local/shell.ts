/** Words that every POSIX shell takes as they are. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/**
 * Words as one command line to copy: what a shell would split, expand or run is in single quotes.
 * https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02
 */
export function shellCommand(...words: readonly (string | number)[]): string {
  return words
    .map(String)
    .map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}
