import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Names that only one cloud has, and its tools. */
const CLOUD_WORDS =
  /\b(aws|amazon|cdk|cloudformation|cloudwatch|s3|lambda|sagemaker|firehose|arn|kms|sts|gcp|google|vertex|azure|entra|terraform)\b/i;

const ENGINES = ['cost', 'doctor', 'drain'].flatMap((folder) =>
  readdirSync(`bin/${folder}`).map((file) => `bin/${folder}/${file}`),
);

it.each([...ENGINES, 'bin/clouds/tools.ts'])('%s names no cloud', (file) => {
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines.filter((line) => CLOUD_WORDS.test(line))).toEqual([]);
});

it('detects a cloud word in a file with one', () => {
  expect(CLOUD_WORDS.test(readFileSync('bin/clouds/aws/charges.ts', 'utf8'))).toBe(true);
});
