/** Everything that the functions of the made-up cloud share. */
export const printRows = (name: string, rows: number): void => console.log(`${name} has ${rows} rows`);
