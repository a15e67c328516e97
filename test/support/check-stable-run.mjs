// What a world without change must show: no retraining, no rollback, at most one false alarm in 24 windows.
import { readFileSync } from 'node:fs';

const { drift, retrainings, releases, falseAlarms } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
if (drift.length !== 24) throw new Error(`expected 24 windows, got ${drift.length}`);
if (retrainings.length > 0) throw new Error('something was retrained');
if (releases.some(({ fate }) => fate !== 'promoted')) throw new Error('something was rolled back');
if (falseAlarms > 1) throw new Error(`${falseAlarms} false alarms`);
console.log(`${drift.length} windows, ${falseAlarms} false alarms, no retraining, no rollback`);
