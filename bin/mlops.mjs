#!/usr/bin/env node
// Works from any folder and when installed.

import { readFileSync } from 'node:fs';

await import('../blueprints/typescript.mjs').catch(endWithFix);

const { stdout, stderr } = process;
const FAILED = 1;

// The reader of the answer may stop early, as `head` does.
stdout.on('error', (error) => {
  process.off('exit', ended);
  if (error.code !== 'EPIPE') stderr.write(`✖ standard output: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? 0 : FAILED);
});
// Progress that nobody can read stops no work: the terminal is gone, the pipe is closed, or the disk is full.
stderr.on('error', () => {});

// Only an answer goes to standard output: what imported code prints would break `--json`.
const answers = Object.create(stdout, { write: { value: stdout.write.bind(stdout) } });
stdout.write = stderr.write.bind(stderr);

// A file with sample rows is imported; it may end the process, or wait for what never comes.
const ended = () => {
  stderr.write('✖ the command was ended before it was done [internal/ended]\n');
  process.exitCode = FAILED;
};
process.once('exit', ended);

const { main } = await import('./main.ts').catch((error) => {
  process.off('exit', ended);
  endWithFix(error);
});
const exitCode = await main(process.argv.slice(2), { stdout: answers, stderr });
process.off('exit', ended);
process.exitCode = exitCode;
// What an imported file has left running ends here, once everything is written.
answers.write('', () => process.exit());

// A clone has not been installed. A package that was installed for its constructs has left out what commands need.
function endWithFix(error) {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const isClone = manifest.scripts !== undefined;
  const needed = Object.entries(manifest.devDependencies).filter(([name]) => !name.startsWith('@aws-sdk/'));
  const fix = isClone
    ? 'npm ci'
    : `npm install --save-dev ${needed.map(([name, version]) => `${name}@${version}`).join(' ')}`;
  const packages = isClone ? 'the dependencies' : 'the packages of the command line';
  process.stderr.write(`✖ ${packages} are not installed [package/not-installed]\n    fix: ${fix}\n`);
  process.exit(1);
}
