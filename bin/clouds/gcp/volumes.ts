/** Bytes that Google's services count. */

import { MONTH_DAYS, type Usage } from '../../cost/usage.ts';

/** GB of 10^9 bytes in a GiB. */
export const GB_PER_GIB = 1024 ** 3 / 1e9;
const BYTES_PER_GIB = 1024 ** 3;
const BYTES_PER_MIB = 1024 ** 2;
const BYTES_PER_TIB = 1024 ** 4;

/** Pub/Sub counts at least so many bytes of a request, and our messages are smaller (cloud.google.com/pubsub/pricing). */
const LEAST_MESSAGE_BYTES = 1_000;
/** A record of a prediction with its attributes, time and id. */
const PREDICTION_MESSAGE_BYTES = 1_200;

/** TiB of messages that are published or delivered once. */
export const messageTib = (messages: number): number => (messages * LEAST_MESSAGE_BYTES) / BYTES_PER_TIB;
export const predictionTib = ({ predictions }: Usage): number =>
  (predictions * PREDICTION_MESSAGE_BYTES) / BYTES_PER_TIB;

/** The request log of Cloud Run, and our own lines with the metrics among them. */
const LOG_BYTES_PER_CALL = 2_500;
export const loggedGib = (calls: number): number => (calls * LOG_BYTES_PER_CALL) / BYTES_PER_GIB;
/** Days that the price of a log has in it. */
export const FREE_LOG_DAYS = 30;

export const MINUTES_PER_MONTH = MONTH_DAYS * 1_440;

/** Bytes of one point: a distribution, as metrics that read a value out of a log have it, and a plain number. */
const DISTRIBUTION_BYTES = 80;
const NUMBER_BYTES = 8;

/**
 * MiB of one series of a log-based metric, which has at most a point a minute.
 *
 * @param lines - Lines of the log in a month that it counts.
 */
export const metricMib = (lines: number, isDistribution: boolean): number =>
  (Math.min(lines, MINUTES_PER_MONTH) * (isDistribution ? DISTRIBUTION_BYTES : NUMBER_BYTES)) / BYTES_PER_MIB;
