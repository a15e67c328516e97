#!/usr/bin/env node
// Works from any folder and when installed: tsx is found beside this file, not in the working directory.
import { register } from 'tsx/esm/api';

register();
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
