import { defineBlueprint } from '../../../blueprints/index.ts';

/** Bookings of agents and companies, of which some come back often and others never. */
export const blueprint = defineBlueprint({
  schemaVersion: 1,
  name: 'hotel-no-show',
  description: 'whether a booking will be cancelled',
  owner: 'tests',
  problem: { type: 'binary-classification', label: 'is_canceled', positive: 1 },
  source: {
    engine: 'postgres',
    steps: [
      {
        name: 'bookings',
        query: `SELECT booker, booked_at, is_canceled, lead_time, adults, deposit_type, market_segment FROM bookings
                WHERE booked_at >= current_setting('mlops.from')::timestamptz
                  AND booked_at < current_setting('mlops.to')::timestamptz`,
      },
    ],
    key: 'booker',
    eventTime: 'booked_at',
    sensitive: [],
    schedule: '0 2 * * *',
    expectedRows: 55,
  },
  features: {
    version: 1,
    fields: [
      { kind: 'numeric', name: 'lead_time', description: 'days from booking to arrival' },
      { kind: 'numeric', name: 'adults', description: 'adults of the booking' },
      { kind: 'categorical', name: 'deposit_type', description: 'deposit that was made' },
      { kind: 'categorical', name: 'market_segment', description: 'where the booking came from' },
    ],
  },
  excluded: {},
  training: { algorithm: 'xgboost' },
  serving: { online: { requestsPerDay: 400 } },
  monitoring: { windowDays: 30 },
  retraining: { on: { drift: true } },
});
