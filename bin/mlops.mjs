#!/usr/bin/env node
// Works from any folder and when installed: tsx is found beside this file, not in the working directory, and a
// tsconfig.json that lies there is not ours.

const { register } = await import('tsx/esm/api').catch(() => {
  process.stderr.write('✖ the dependencies are not installed\n    fix: npm ci\n');
  process.exit(1);
});

// Whoever reads may stop early, as `head` does.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

register({ tsconfig: false });
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
