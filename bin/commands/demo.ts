import { relative } from 'node:path';
import { loadSample } from '../../blueprints/index.ts';
import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { refusedFailure } from '../../lambdas/demo/refusals.ts';
import { runDemo } from '../../lambdas/demo/run-demo.ts';
import { SILENT } from '../../lambdas/local/progress.ts';
import { shellCommand } from '../../lambdas/local/shell.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { DEFAULT_MODEL, loadLocalModel, localRoot } from '../arguments/model.ts';
import { openFeed } from '../arguments/sample-rows.ts';
import type { AddCommand } from '../command.ts';
import { diagnosticsOf } from '../diagnostics.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { interruptible } from '../interrupt.ts';
import { pageOf } from '../page.ts';
import { summaryText } from '../summary-text.ts';
import { terminalProgress } from '../terminal-progress.ts';

const SCENARIOS = ['drift', 'stable'] as const;
type Scenario = (typeof SCENARIOS)[number];

interface DemoFlags {
  readonly seed: string;
  readonly scenario: string;
  readonly data?: string;
}

const steady = () => performance.now();

export const addDemo: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('demo')
    .alias('local')
    .description('play the whole loop in .mlops/demo: train, release, score, watch, retrain, roll back')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--seed <number>', 'of the sample rows and the training', '1')
    .option('--scenario <name>', `what the sample rows do: ${SCENARIOS.join(', ')}`, 'drift')
    .option('--data <file>', 'real rows instead of sample rows: CSV, also .gz')
    .action((model: string, flags: DemoFlags) =>
      run('demo', async () => {
        const { cwd, json, quiet, color } = options();
        const { seed, scenario } = parseFlags(flags);
        const { resolved, file } = await loadLocalModel(model, cwd);
        const config = { ...resolved.model, training: { ...resolved.model.training, seed } };
        const feed = await openFeed(await loadSample(file), config, {
          seed,
          scenario,
          data: flags.data,
          cwd,
        });
        const root = localRoot(cwd, config.name, { demo: true });
        const drawn = quiet || json ? undefined : terminalProgress(stderr, pageOf(stderr, color), steady);
        if (drawn !== undefined) stderr.write(`${config.name}: ${resolved.blueprint.description}\n`);
        try {
          const data = await interruptible((signal) =>
            runDemo({
              root,
              config,
              feed,
              progress: drawn ?? SILENT,
              scenario: flags.data === undefined ? scenario : 'file',
              seed,
              codeVersion: packageJson.version,
              steady,
              signal,
            }),
          );
          const { stopped, refusals } = data.requests;
          const failure = stopped === null ? undefined : refusedFailure(stopped, refusals);
          return {
            data,
            text: (page) => summaryText(data, shown(root), nextCommand(model, cwd), page),
            ...(failure && { exitCode: exitCodeOf(failure), diagnostics: diagnosticsOf(failure) }),
          };
        } finally {
          drawn?.end();
        }
      }),
    );
};

/** The command that shows the same demonstration. */
function nextCommand(model: string, cwd: string): string {
  const name = model === DEFAULT_MODEL ? [] : [model];
  // npm says when it runs the command; then `mlops` itself is not on the path.
  const program = process.env.npm_lifecycle_event === undefined ? ['mlops'] : ['npm', 'run', 'mlops', '--'];
  const folder = cwd === process.cwd() ? [] : ['--cwd', shown(cwd)];
  return shellCommand(...program, 'status', ...name, '--demo', ...folder);
}

/** The shorter of the absolute path and the one from where the command was typed. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.length < path.length ? fromHere : path;
}

/** The flags, or every problem that they have. */
function parseFlags({ seed, scenario }: DemoFlags): { readonly seed: number; readonly scenario: Scenario } {
  const known = SCENARIOS.find((one) => one === scenario);
  const problems: Problem[] = [];
  if (!/^\d{1,9}$/.test(seed))
    problems.push({
      code: 'usage/seed',
      path: '--seed',
      message: 'must be a whole number',
      got: `'${seed}'`,
      allowed: '0 to 999999999',
    });
  if (known === undefined)
    problems.push({
      code: 'usage/scenario',
      path: '--scenario',
      message: 'is not known',
      got: `'${scenario}'`,
      allowed: SCENARIOS.join(', '),
    });
  if (problems.length > 0 || known === undefined) throw new InvalidInput('mlops demo', problems);
  return { seed: Number(seed), scenario: known };
}
