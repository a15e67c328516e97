import type { CostTools } from '../clouds/tools.ts';
import { type Page, wrap } from '../page.ts';
import { columnsText } from '../table.ts';
import { type PriceList, rounded } from './charge.ts';
import type { CostLine, CostReport } from './document.ts';
import { componentsOf, totalsOf } from './report.ts';

export interface CostView {
  /** Also what is below a cent. */
  readonly all: boolean;
  readonly limit?: number;
}

/** Smaller amounts round to nothing in a table of cents. */
const CENT = 0.005;
const TITLES = ['Component', 'Resource', 'Qty', 'Unit price', 'Fixed', 'Usage', 'Total'];
/** Column of amounts by prices without confirmation; only where there are some. */
const ESTIMATES = 'At most';
/** The columns before the last one, on a page that is wide enough for it. */
const BASIS_MIN = 24;

/** The table, what was left out and why, and what the numbers rest on. */
export function costText(
  { title, prices }: Pick<CostTools, 'title' | 'prices'>,
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
    ...estimatesText(report, page),
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
  { lines }: CostReport,
  shown: readonly CostLine[],
  small: readonly CostLine[],
  prices: PriceList,
  page: Page,
): string {
  const withEstimates = lines.some(({ estimated }) => estimated);
  const wide = page.columns >= 130;
  const row = (texts: readonly string[], estimate: string, basis = '') => [
    ...texts,
    ...(withEstimates ? [estimate] : []),
    ...(wide ? [basis] : []),
  ];
  const rows = componentsOf(lines).flatMap(({ component }) => {
    const own = shown.filter((line) => line.component === component).sort((a, b) => b.total - a.total);
    return own.map((line, index) =>
      row(
        cellsOf(line, index === 0, prices),
        line.estimated ? money(line.total) : '',
        wrap(line.basis, basisWidth(page)).join('\n'),
      ),
    );
  });
  if (small.length > 0) {
    const { confirmed, estimated } = sumsOf(small);
    const texts = [
      page.colors.dim(`${small.length} below a cent`),
      '',
      '',
      '',
      '',
      ...twice(confirmed.total),
    ];
    rows.push(row(texts, amount(estimated), page.colors.dim('--all shows them')));
  }
  const { confirmed, estimated } = sumsOf(lines);
  const sums = [confirmed.fixed, confirmed.usage, confirmed.total].map(money);
  rows.push(row(['Total', '', '', '', ...sums], amount(estimated)).map(page.colors.bold));
  const titles = row(TITLES, ESTIMATES, 'Basis');
  return columnsText(titles, rows, page);
}

const basisWidth = ({ columns }: Page): number => Math.max(BASIS_MIN, columns - 106);
const twice = (usd: number): readonly string[] => [money(usd), money(usd)];

/** Sums of the lines with a confirmed price, and of those with an upper estimate. */
function sumsOf(lines: readonly CostLine[]) {
  const confirmed = totalsOf(lines.filter((line) => !line.estimated));
  return { confirmed, estimated: totalsOf(lines).estimated };
}

function cellsOf(line: CostLine, first: boolean, prices: PriceList): string[] {
  const { fixed, usage, total } = line.estimated ? { fixed: 0, usage: 0, total: 0 } : line;
  return [
    first ? line.component : '',
    line.resource,
    rounded(line.quantity),
    unitText(line, prices),
    amount(fixed),
    amount(usage),
    line.estimated ? '' : money(total),
  ];
}

/** `0.20 / 1M requests`, as the price pages have it. */
function unitText({ unitPrice, unit, source }: CostLine, { prices }: PriceList): string {
  const { per } = Object.values(prices).find(
    (one) => one.unit === unit && (one.usd ?? one.atMost) === unitPrice && one.source === source,
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
/** Nothing where there is nothing to pay. */
const amount = (usd: number): string => (usd === 0 ? '' : money(usd));
/** Small amounts, to three digits. */
const small3 = (usd: number): string =>
  usd.toLocaleString('en-US', { maximumSignificantDigits: 3, minimumFractionDigits: 2 });

function budgetText({ budget, totals }: CostReport, limit: number | undefined): string {
  const most = limit ?? budget;
  if (most === undefined || most === null) return '';
  const whose = limit === undefined ? "the environment's budget" : '--budget';
  return `; ${Math.round((totals.total / most) * 100)} % of ${whose} of ${most}`;
}

function estimatesText({ totals: { estimated } }: CostReport, { colors }: Page): string[] {
  if (estimated === 0) return [];
  return [
    `  ${colors.yellow('▲')} ${money(estimated)} of the total is an upper estimate: those prices are not confirmed`,
  ];
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
