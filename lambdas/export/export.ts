import { type ExportManifest, previousExport, readExport, writeManifest } from '../stores/exports.ts';
import { sha256 } from '../stores/json.ts';
import { checkInput } from './check-input.ts';
import type { ExportArguments } from './config.ts';
import { copyTables, planExport } from './copy-tables.ts';

/**
 * Copies what the steps select from the database into the object store, without parsing a row.
 *
 * All is read in one read-only snapshot, and the manifest is written last. A run that has its manifest reads nothing
 * again; a run that stopped anywhere before writes its parts anew. If two deliveries of a run overlap, the first to end
 * counts.
 *
 * @throws InvalidInput for steps or an input that cannot be; RuntimeFailure `export/missing-column`,
 *   `export/duplicate-column`, `export/type-changed`, `export/no-rows`, and what the database and the object store
 *   throw
 */
export async function runExport({ ports, config, input }: ExportArguments): Promise<ExportManifest> {
  checkInput(input);
  const { runId, from, to } = input;
  const known = await readExport(ports.objects, input);
  if (known !== undefined) return known;

  const window = { from, to };
  const plan = planExport(config, window);
  const queries = [plan.table, ...plan.steps.map(({ query }) => query)];
  const queryHash = sha256(queries.map(({ sql }) => sql).join('\0'));
  const previous = await previousExport(ports.objects, { to, queryHash });

  const started = ports.clock.steady();
  const source = await ports.source();
  try {
    return await source.snapshot(async (snapshot) => {
      const args = { ports, config, input };
      const { table, steps } = await copyTables(snapshot, plan, args, previous?.columns);
      const head = { schemaVersion: 1, runId, snapshot: snapshot.id, queryHash, window } as const;
      const manifest: ExportManifest = { ...head, ...table, steps };
      if (!(await writeManifest(ports, manifest)))
        return (await readExport(ports.objects, input)) ?? manifest;
      ports.logger.info('export.done', {
        model: config.model,
        runId,
        rows: table.rows,
        parts: table.parts.length,
        ms: Math.round(ports.clock.steady() - started),
      });
      return manifest;
    });
  } finally {
    await source.close();
  }
}
