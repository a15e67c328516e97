#!/usr/bin/env node
// Works from any folder and when installed.

await import('../blueprints/typescript.mjs').catch(() => {
  process.stderr.write('✖ the dependencies are not installed\n    fix: npm ci\n');
  process.exit(1);
});

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

const { main } = await import('./main.ts');
const exitCode = await main(process.argv.slice(2), { stdout: answers, stderr });
process.off('exit', ended);
process.exitCode = exitCode;
// What an imported file has left running ends here, once everything is written.
answers.write('', () => process.exit());
