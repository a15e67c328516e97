/**
 * List prices of Google Cloud in one region, as public copies of its price pages showed them on the day of the list.
 * Discounts and later tiers are left out: nothing here falls when more is used.
 *
 * No free tier is counted, since each belongs to a billing account that other models share: requests and compute of Cloud
 * Run, steps of Workflows, three jobs of Cloud Scheduler, six versions of Secret Manager, 10 GiB of Pub/Sub, 50 GiB of logs
 * and 150 MiB of metrics, half a GB of images, 2,500 minutes of builds, 5 GB in Cloud Storage. The first 30 days of a log
 * are part of its price, so they are counted.
 */

import type { Price, PriceList } from '../../cost/charge.ts';

const THOUSAND = 1_000;
const MILLION = 1_000_000;

/**
 * @param usd - For `per` units, as the page has it.
 */
const price = (usd: number, per: number, unit: string, page: string): Price => ({
  usd: usd / per,
  unit,
  per,
  source: `https://cloud.google.com${page}`,
});

/**
 * A price that was read in reports about its page, and not on the page.
 *
 * @param usd - The highest that was reported, for `per` units.
 */
const reported = (usd: number, per: number, unit: string, page: string): Price => ({
  ...price(usd, per, unit, page),
  usd: null,
  atMost: usd / per,
});

export const GCP_PRICES = {
  /** Billed by request; regions of tier 1. */
  request: price(0.4, MILLION, 'request', '/run/pricing'),
  cpu: price(0.000_024, 1, 'vCPU-s', '/run/pricing'),
  memory: price(0.000_002_5, 1, 'GiB-s', '/run/pricing'),
  /** 0.000027397 an hour, of 730. */
  stored: price(0.02, 1, 'GiB-month', '/storage/pricing'),
  /** Writes and lists, class A. */
  write: price(0.005, THOUSAND, 'write', '/storage/pricing'),
  /** Reads, class B. */
  read: price(0.000_4, THOUSAND, 'read', '/storage/pricing'),
  message: price(40, 1, 'TiB', '/pubsub/pricing'),
  /** By a subscription that writes to Cloud Storage. */
  exported: price(50, 1, 'TiB exported', '/pubsub/pricing'),
  /** Internal ones: calls of Cloud Run under its own domain among them. */
  step: price(0.01, THOUSAND, 'step', '/workflows/pricing'),
  job: price(0.1, 1, 'job', '/scheduler/pricing'),
  secretVersion: price(0.06, 1, 'secret', '/secret-manager/pricing'),
  secretAccess: price(0.03, 10 * THOUSAND, 'access', '/secret-manager/pricing'),
  /** The first 30 days of storage are in it. */
  logIngested: price(0.5, 1, 'log GiB', '/stackdriver/pricing'),
  logRetained: price(0.01, 1, 'kept GiB', '/stackdriver/pricing'),
  /** Log-based metrics of one's own; those of Google's services are free. */
  metricData: price(0.258, 1, 'MiB', '/stackdriver/pricing'),
  image: price(0.1, 1, 'image GiB', '/artifact-registry/pricing'),
  /** Machines of the default pool, e2-standard-2. */
  build: price(0.006, 1, 'build-min', '/build/pricing'),
  keyVersion: price(0.06, 1, 'key', '/kms/pricing'),
  keyUse: price(0.03, 10 * THOUSAND, 'use', '/kms/pricing'),
  /**
   * Alerting is free until 2027-09-01 at the soonest. Prices were announced three times: 1.50 and then 0.10 a condition,
   * with 0.35 a million series; now 0.35 for each reference to a metric, with 0.50 a million points.
   */
  alertReference: reported(0.35, 1, 'metric ref', '/stackdriver/pricing'),
  alertPoint: reported(0.5, MILLION, 'point', '/stackdriver/pricing'),
} as const satisfies Readonly<Record<string, Price>>;

export type GcpPriceName = keyof typeof GCP_PRICES;

export const GCP_PRICE_LIST: PriceList = {
  currency: 'USD',
  region: 'us-central1',
  date: '2026-11-29',
  prices: GCP_PRICES,
};
