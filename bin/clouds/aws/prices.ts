/**
 * List prices of AWS in one region, as public copies of its price pages showed them on the day of the list. Free tiers,
 * discounts and later tiers are left out: nothing here falls when more is used. A price that could not be confirmed is
 * null, and what has it is listed as not priced.
 */

import type { Price, PriceList } from '../../cost/charge.ts';

const THOUSAND = 1_000;
const MILLION = 1_000_000;

/**
 * @param usd - For `per` units, as the page has it.
 */
const price = (usd: number | null, per: number, unit: string, page: string): Price => ({
  usd: usd === null ? null : usd / per,
  unit,
  per,
  source: `https://aws.amazon.com/${page}`,
});

/** Writes are PUT and LIST, reads are GET; a start is one by EventBridge Scheduler. */
export const PRICES = {
  lambdaRequest: price(0.2, MILLION, 'request', 'lambda/pricing/'),
  /** arm64, the first 7.5 billion a month. */
  lambdaCompute: price(13.333_4, MILLION, 'GB-s', 'lambda/pricing/'),
  logIngested: price(0.5, 1, 'GB ingested', 'cloudwatch/pricing/'),
  logStored: price(0.03, 1, 'GB-month', 'cloudwatch/pricing/'),
  /** Metered for each hour that it is sent; here the whole month. */
  customMetric: price(0.3, 1, 'metric', 'cloudwatch/pricing/'),
  /** Standard resolution; an alarm on an expression pays for each metric in it. */
  alarmMetric: price(0.1, 1, 'alarm metric', 'cloudwatch/pricing/'),
  dashboard: price(3, 1, 'dashboard', 'cloudwatch/pricing/'),
  httpRequest: price(1, MILLION, 'request', 'api-gateway/pricing/'),
  stateTransition: price(0.025, THOUSAND, 'transition', 'step-functions/pricing/'),
  trace: price(5, MILLION, 'trace', 'xray/pricing/'),
  schedule: price(1, MILLION, 'start', 'eventbridge/pricing/'),
  customEvent: price(1, MILLION, 'event', 'eventbridge/pricing/'),
  /** Each record is rounded up to 5 KB. */
  firehose: price(0.029, 1, 'GB', 'firehose/pricing/'),
  s3Stored: price(0.023, 1, 'GB-month', 's3/pricing/'),
  s3Write: price(0.005, THOUSAND, 'write', 's3/pricing/'),
  s3Read: price(0.0004, THOUSAND, 'read', 's3/pricing/'),
  snsPublish: price(0.5, MILLION, 'message', 'sns/pricing/'),
  snsEmail: price(2, 100 * THOUSAND, 'e-mail', 'sns/pricing/'),
  sqsRequest: price(0.4, MILLION, 'request', 'sqs/pricing/'),
  secret: price(0.4, 1, 'secret', 'secrets-manager/pricing/'),
  secretRead: price(0.05, 10 * THOUSAND, 'call', 'secrets-manager/pricing/'),
  key: price(1, 1, 'key', 'kms/pricing/'),
  keyUse: price(0.03, 10 * THOUSAND, 'request', 'kms/pricing/'),
  /** Prices of the online store were in no copy that could be read. */
  featureWrite: price(null, MILLION, 'write unit', 'sagemaker/ai/pricing/'),
  featureRead: price(null, MILLION, 'read unit', 'sagemaker/ai/pricing/'),
} as const satisfies Readonly<Record<string, Price>>;

export type PriceName = keyof typeof PRICES;

export const PRICE_LIST: PriceList = {
  currency: 'USD',
  region: 'us-east-1',
  date: '2026-11-26',
  prices: PRICES,
};
