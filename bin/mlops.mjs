#!/usr/bin/env node
// Works from any folder and when installed: tsx is found beside this file, not in the working directory, and a
// tsconfig.json that lies there is not ours.
import { register } from 'tsx/esm/api';

// Whoever reads may stop early, as `head` does.
process.stdout.on('error', (error) => process.exit(error.code === 'EPIPE' ? 0 : 1));

register({ tsconfig: false });
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
