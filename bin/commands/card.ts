import { readCard, type VersionCard } from '../../lambdas/local/version-files.ts';
import { cardMarkdown, unstated } from '../../lambdas/report/card-markdown.ts';
import { demoOption, type FolderFlags, loadLocalModel, namedFolder } from '../arguments/model.ts';
import { parseVersion } from '../arguments/version.ts';
import type { AddCommand } from '../command.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { EXIT } from '../exit-codes.ts';
import { writeOut } from '../out-file.ts';

interface CardFlags extends FolderFlags {
  readonly out?: string;
  readonly against?: string;
  readonly check: boolean;
}

export const addCard: AddCommand = (program, context, run) => {
  program
    .command('card')
    .description("show a version's model card, the champion's by default")
    .argument('<model>', 'name of a blueprint, or path of its file')
    .argument('[version]', 'its number')
    .option('--out <file>', 'write it: .html, .json, or Markdown')
    .option('--against <version>', 'metrics beside those of another version')
    .option('--check', 'exit with 2 when a required card field is empty', false)
    .addOption(demoOption())
    .action((model: string, version: string | undefined, flags: CardFlags) =>
      run('card', async () => {
        const { cwd } = context.options();
        const config = (await loadLocalModel(model, cwd)).resolved.model;
        const folder = namedFolder(model, cwd, config.name, flags);
        const { card, html } = await readCard(folder, parseVersion('card', version));
        const other = parseVersion('card', flags.against);
        const against = other === undefined ? undefined : (await readCard(folder, other)).card;
        const missing = unstated(card);
        const written =
          flags.out === undefined
            ? undefined
            : await writeOut(context, 'card', flags.out, [fileOf(flags.out, { card, html, against })]);
        const incomplete = flags.check && missing.length > 0;
        const unset = missing.map(
          (what): Diagnostic => ({
            code: 'card/not-stated',
            severity: 'error',
            message: `the owner has not stated ${what}`,
            hint: `set card.${what} in the blueprint`,
          }),
        );
        return {
          data: { ...card, unstated: missing, ...(against && { against: against.evaluation.metrics }) },
          text: () =>
            [
              ...(written === undefined
                ? [cardMarkdown(card, against)]
                : [`the card is in ${written.shown}`]),
              ...(incomplete ? [`not stated by the owner: ${missing.join(', ')}`] : []),
            ].join('\n'),
          ...(written?.aside && { aside: true }),
          exitCode: incomplete ? EXIT.finding : EXIT.done,
          ...(incomplete && { diagnostics: unset }),
        };
      }),
    );
};

function fileOf(
  out: string,
  { card, html, against }: VersionCard & { readonly against: VersionCard['card'] | undefined },
): Uint8Array {
  if (out.endsWith('.html')) return html;
  return Buffer.from(
    out.endsWith('.json') ? `${JSON.stringify(card, null, 2)}\n` : `${cardMarkdown(card, against)}\n`,
  );
}
