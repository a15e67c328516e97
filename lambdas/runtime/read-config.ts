import { readFileSync } from 'node:fs';
import { RuntimeFailure } from '../core/errors.ts';
import type { FunctionConfig } from '../core/function-config.ts';

/**
 * Reads the configuration of a function. It was deployed with the code, so only its version is checked.
 *
 * @param file - `config.json` in the function's folder.
 * @throws RuntimeFailure `config/unreadable`
 */
export function readConfig(file: string): FunctionConfig {
  try {
    const config = JSON.parse(readFileSync(file, 'utf8')) as FunctionConfig;
    if (config.schemaVersion === 1) return config;
  } catch (cause) {
    throw badConfig(file, cause);
  }
  throw badConfig(file);
}

const badConfig = (file: string, cause?: unknown): RuntimeFailure =>
  new RuntimeFailure('config/unreadable', `${file} is not the configuration of a function`, {
    fix: 'deploy the function again',
    cause,
  });
