import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createVirtualClock } from '../../lambdas/adapters/local/clock.ts';
import { createPorts } from '../../lambdas/adapters/local/create-ports.ts';
import { runEvaluate } from '../../lambdas/evaluate/evaluate.ts';
import { runRegister } from '../../lambdas/register/register.ts';
import { configOf, DAY, END, makeRows, START } from '../prepare/prepare-fixture.ts';
import { trainOn } from '../train/steps.ts';

const root = mkdtempSync(join(tmpdir(), 'mlops-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;

/** The local adapter in a folder that stays until all tests of the file have ended. */
export function portsOfFile() {
  made += 1;
  return createPorts({
    root: join(root, String(made)),
    clock: createVirtualClock(START + 500 * DAY),
    source: () => Promise.reject(new Error('no source')),
    instance: 'test',
  });
}

/** A small model with one version in its registry. */
export async function registeredVersion() {
  const config = configOf();
  const ports = portsOfFile();
  await trainOn(ports, config, makeRows(400));
  await runEvaluate(ports, config, { runId: 'run-1', to: END });
  const { version, digest } = await runRegister({ ports, config, input: { runId: 'run-1', fence: 1 } });
  return { ports, config, version, digest };
}
