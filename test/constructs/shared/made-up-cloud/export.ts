import { program } from 'commander'; // stands for the package of a cloud's runtime that functions register with
import { printRows } from './print-rows.ts';

program.command('export').action(() => printRows('export', 2));
