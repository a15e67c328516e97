/** The parser of KQL that Azure's own pages use, with the tables of a workspace (github.com/microsoft/Kusto-Query-Language). */

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { LOG_TABLES } from '../../constructs/azure/kql.ts';
import { kusto } from './tools.ts';

/** The parts of the library that are used, as its declarations have them. */
interface Language {
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: Globals): Code };
  readonly GlobalState: { readonly Default: Globals };
  readonly Symbols: {
    readonly TableSymbol: { From(schema: string): { WithName(name: string): unknown } };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, members: readonly unknown[]) => unknown };
  };
}
interface Globals {
  WithDatabase(database: unknown): Globals;
}
interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}
interface Code {
  GetDiagnostics(): List<{ readonly Severity: string; readonly Message: string }>;
  readonly ResultType?: {
    readonly Columns?: List<{ readonly Name: string; readonly Type: { readonly Name: string } }>;
  };
}

/** Problems of a query, and the columns of its result as `name: type`. */
export interface Analysis {
  readonly problems: readonly string[];
  readonly columns: readonly string[];
}

const itemsOf = <T>(list: List<T> | undefined): T[] =>
  Array.from({ length: list?.Count ?? 0 }, (_, index) => list?.getItem(index) as T); // below its length

let loaded: { readonly language: Language; readonly globals: Globals } | undefined;

function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  // Both are scripts that set names of the global object.
  require(join(dirname(kusto.path), 'bridge.min.js'));
  require(kusto.path);
  const { Language: language } = (
    globalThis as unknown as { readonly Kusto: { readonly Language: Language } }
  ).Kusto;
  const tables = Object.entries(LOG_TABLES).map(([name, columns]) => {
    const schema = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
    return language.Symbols.TableSymbol.From(`(${schema.join(', ')})`).WithName(name);
  });
  const database = new language.Symbols.DatabaseSymbol.ctor('workspace', tables);
  loaded = { language, globals: language.GlobalState.Default.WithDatabase(database) };
  return loaded;
}

/** Parses a query and resolves its names. */
export function analyseKql(query: string): Analysis {
  const { language, globals } = load();
  const code = language.KustoCode.ParseAndAnalyze(query, globals);
  return {
    problems: itemsOf(code.GetDiagnostics()).map(({ Severity, Message }) => `${Severity}: ${Message}`),
    columns: itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => `${Name}: ${Type.Name}`),
  };
}
