import { InvalidInput, type Problem, RuntimeFailure } from '../../lambdas/core/errors.ts';
import { DEFAULT_MODEL } from '../arguments/model.ts';
import { loadAwsModel } from '../cloud-model.ts';
import type { AddCommand } from '../command.ts';
import { costText } from '../cost/text.ts';
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
    .option('--env <name>', 'dev, staging or prod', 'dev')
    .option('--cloud <name>', 'aws', 'aws')
    .option('--budget <usd>', 'exit code 2 when a month costs more')
    .option('--all', 'also lines below a cent', false)
    .action((model: string, { env, cloud, budget, all }: CostFlags) =>
      run('cost', async () => {
        checkCloud(cloud);
        const limit = parseBudget(budget);
        const { cwd, ...manner } = options();
        const { config } = await loadAwsModel(model, env, cwd, 'cost');
        const data = await withProgress(
          stderr,
          manner,
          () => `synthesizes ${config.model.name} in ${env}`,
          async () => {
            const { synthesize } = await import('../clouds/aws/synthesize.ts');
            const { costReport } = await import('../cost/report.ts');
            return costReport(config, await synthesize(config));
          },
        );
        const over = limit !== undefined && data.totals.total > limit;
        return {
          data,
          text: (page) => costText(data, { all, ...(limit !== undefined && { limit }) }, page),
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

function checkCloud(cloud: string): void {
  if (cloud === 'aws') return;
  throw new RuntimeFailure('usage/cloud', `cost knows prices of aws only, got '${cloud}'`, {
    fix: '--cloud aws',
  });
}

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
