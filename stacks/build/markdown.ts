/** Tables in Markdown files, made anew between their markers. */

/** A table, its columns padded as the formatter pads them. */
export function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) =>
    Math.max(title.length, 3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(titles), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/**
 * The text with every table between its markers, `<!-- table: name -->` and `<!-- end -->`, as it is now.
 *
 * @throws Error for a marker that names no table
 */
export function withTables(text: string, tables: Readonly<Record<string, () => string>>): string {
  return text.replaceAll(/<!-- table: (\w+) -->[\s\S]*?<!-- end -->/g, (_, name: string) => {
    const make = tables[name];
    if (make === undefined) throw new Error(`no table '${name}', allowed: ${Object.keys(tables).join(', ')}`);
    return `<!-- table: ${name} -->\n\n${make()}\n\n<!-- end -->`;
  });
}

/** Texts as code, one after the other. */
export const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(' ');
