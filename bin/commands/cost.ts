import { InvalidInput, type Problem } from '../../lambdas/core/errors.ts';
import { cloudOption, knownCloud } from '../arguments/cloud.ts';
import { DEFAULT_MODEL } from '../arguments/model.ts';
import { loadCloudModel } from '../cloud-model.ts';
import { COST_CLOUDS, loadCostTools } from '../clouds/load.ts';
import type { AddCommand } from '../command.ts';
import { costText } from '../cost/text.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { EXIT } from '../exit-codes.ts';
import { withProgress } from '../spinner.ts';

interface CostFlags {
  readonly env: string;
  readonly cloud: string;
  readonly budget?: string;
  readonly all: boolean;
}

export const addCost: AddCommand = (program, { options, stderr }, run) => {
  program
    .command('cost')
    .description('what a model costs in a cloud each month, from its templates; no account is needed')
    .argument('[model]', 'name of a blueprint, or path of its file', DEFAULT_MODEL)
    .option('--env <name>', 'environment of stacks/config; NAME/SUFFIX for a second copy of it', 'dev')
    .addOption(cloudOption(COST_CLOUDS))
    .option('--budget <usd>', 'exit code 2 when a month costs more')
    .option('--all', 'also lines below a cent', false)
    .action((model: string, { env, cloud: wanted, budget, all }: CostFlags) =>
      run('cost', async () => {
        const cloud = knownCloud('cost', wanted, COST_CLOUDS);
        const limit = parseBudget(budget);
        const { cwd, ...manner } = options();
        const { config } = await loadCloudModel(model, env, cloud, { cwd, command: 'cost' });
        const tools = await loadCostTools(cloud);
        const data = await withProgress(
          stderr,
          manner,
          () => `synthesizes ${config.model.name} in ${env}`,
          async () => {
            const { costReport } = await import('../cost/report.ts');
            return costReport(tools, config, await tools.resources(config));
          },
        );
        const over = limit !== undefined && data.totals.total > limit;
        return {
          data,
          text: (page) => costText(tools, data, { all, ...(limit !== undefined && { limit }) }, page),
          ...(over && { exitCode: EXIT.finding, diagnostics: [overBudget(data.totals.total, limit)] }),
        };
      }),
    );
};

const overBudget = (total: number, limit: number): Diagnostic => ({
  code: 'cost/over-budget',
  severity: 'error',
  message: `a month costs ${total.toFixed(2)} USD, and --budget is ${limit}`,
});

function parseBudget(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Number(text);
  const problem: Problem = {
    code: 'usage/budget',
    path: '--budget',
    message: 'must be an amount of USD',
    got: `'${text}'`,
    allowed: '0 to 999999999',
  };
  throw new InvalidInput('mlops cost', [problem]);
}
