/** GB of logs and records, as AWS's services count them. */

import type { Usage } from '../../cost/usage.ts';

/** Start, end and report of Lambda, and the function's own line. */
const LOG_BYTES_PER_CALL = 1_000;
/** Step Functions logs about five events of each state at level ALL. */
const LOG_BYTES_PER_STATE = 3_000;
const ACCESS_LOG_BYTES = 300;
const GB = 1e9;

/** GB of logs that so many calls, states and requests write. */
export const logGb = {
  calls: (calls: number): number => (calls * LOG_BYTES_PER_CALL) / GB,
  states: (states: number): number => (states * LOG_BYTES_PER_STATE) / GB,
  requests: (requests: number): number => (requests * ACCESS_LOG_BYTES) / GB,
};

/** Firehose rounds each record up to 5 KB (aws.amazon.com/firehose/pricing). */
const FIREHOSE_RECORD_BYTES = 5 * 1024;
export const firehoseGb = ({ predictions }: Usage): number =>
  (predictions * FIREHOSE_RECORD_BYTES) / 1024 ** 3;
