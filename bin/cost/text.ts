import type { CloudTools } from '../clouds/tools.ts';
import { type Page, wrap } from '../page.ts';
import { columnsText } from '../table.ts';
import { type PriceList, rounded } from './charge.ts';
import type { CostLine, CostReport } from './document.ts';
import { componentsOf } from './report.ts';

export interface CostView {
  /** Also what is below a cent. */
  readonly all: boolean;
  readonly limit?: number;
}

/** Smaller amounts round to nothing in a table of cents. */
const CENT = 0.005;
const TITLES = ['Component', 'Resource', 'Qty', 'Unit price', 'Baseline', 'Usage', 'Total', 'Basis'];
/** The columns before the last one, on a page that is wide enough for it. */
const BASIS_MIN = 24;

/** The table, what was left out and why, and what the numbers rest on. */
export function costText(
  { title, prices }: Pick<CloudTools, 'title' | 'prices'>,
  report: CostReport,
  { all, limit }: CostView,
  page: Page,
): string {
  const { colors } = page;
  const { model, environment, totals, resources, unpriced } = report;
  const shown = all ? report.lines : report.lines.filter(({ total }) => total >= CENT);
  const small = report.lines.filter((line) => !shown.includes(line));
  return [
    `${colors.bold(model)} in ${environment} on ${title}, ${report.currency} a month`,
    '',
    table(report, shown, small, prices, page),
    '',
    `  ${colors.bold('total')} ${money(totals.total)}: ${money(totals.fixed)} whatever happens, ${money(totals.usage)} by usage${budgetText(report, limit)}`,
    `  1,000 more predictions ${small3(report.perThousandPredictions)}, one more training with its release ${small3(report.perRetraining)}`,
    `  dearest: ${report.drivers.map(({ component, total }) => `${component} ${money(total)}`).join(', ')}`,
    '',
    `  ${resources.priced} of ${resources.total} resources priced, ${resources.free} free of charge, ${resources.unpriced} not priced`,
    ...unpriced.map(
      ({ stack, logicalId, type, reason }) =>
        `  ${colors.yellow('▲')} not in the total: ${type} ${stack}/${logicalId}: ${reason}`,
    ),
    '',
    ...footer(report, page),
  ].join('\n');
}

function table(
  { lines, totals }: CostReport,
  shown: readonly CostLine[],
  small: readonly CostLine[],
  prices: PriceList,
  page: Page,
): string {
  const rows = componentsOf(lines).flatMap(({ component }) => {
    const own = shown.filter((line) => line.component === component).sort((a, b) => b.total - a.total);
    return own.map((line, index) => rowOf(line, index === 0, prices, page));
  });
  if (small.length > 0) {
    const total = small.reduce((sum, line) => sum + line.total, 0);
    rows.push([
      page.colors.dim(`${small.length} below a cent`),
      '',
      '',
      '',
      '',
      money(total),
      money(total),
      page.colors.dim('--all shows them'),
    ]);
  }
  rows.push(
    ['Total', '', '', '', money(totals.fixed), money(totals.usage), money(totals.total), ''].map(
      page.colors.bold,
    ),
  );
  const wide = page.columns >= 130;
  const last = wide ? TITLES.length : TITLES.length - 1;
  return columnsText(
    TITLES.slice(0, last),
    rows.map((row) => row.slice(0, last)),
    page,
  );
}

function rowOf(line: CostLine, first: boolean, prices: PriceList, { columns }: Page): string[] {
  const width = Math.max(BASIS_MIN, columns - 106);
  return [
    first ? line.component : '',
    line.resource,
    rounded(line.quantity),
    unitText(line, prices),
    line.fixed === 0 ? '' : money(line.fixed),
    line.usage === 0 ? '' : money(line.usage),
    money(line.total),
    wrap(line.basis, width).join('\n'),
  ];
}

/** `0.20 / 1M requests`, as the price pages have it. */
function unitText({ unitPrice, unit, source }: CostLine, { prices }: PriceList): string {
  const { per } = Object.values(prices).find(
    (one) => one.unit === unit && one.usd === unitPrice && one.source === source,
  ) ?? { per: 1 };
  const quoted = (unitPrice * per).toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 10,
  });
  const short = per >= 1e6 ? `${per / 1e6}M ` : per >= 1e3 ? `${per / 1e3}k ` : '';
  return `${quoted} / ${short}${unit}`;
}

const money = (usd: number): string =>
  usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
/** Small amounts, to three digits. */
const small3 = (usd: number): string =>
  usd.toLocaleString('en-US', { maximumSignificantDigits: 3, minimumFractionDigits: 2 });

function budgetText({ budget, totals }: CostReport, limit: number | undefined): string {
  const most = limit ?? budget;
  if (most === undefined || most === null) return '';
  const whose = limit === undefined ? "the environment's budget" : '--budget';
  return `; ${Math.round((totals.total / most) * 100)} % of ${whose} of ${most}`;
}

function footer(
  { priceRegion, priceDate, deployRegion, assumptions }: CostReport,
  { colors, columns }: Page,
): string[] {
  const elsewhere =
    deployRegion !== undefined && deployRegion !== priceRegion
      ? `; the model is in ${deployRegion}, where they differ`
      : '';
  const notes = [`list prices of ${priceRegion}, looked up ${priceDate}${elsewhere}`, ...assumptions];
  return notes.flatMap((note) =>
    wrap(note, columns - 4).map((line, index) => colors.dim(`${index === 0 ? '  · ' : '    '}${line}`)),
  );
}
