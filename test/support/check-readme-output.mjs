// Every line of output that README.md shows must be a line of the log, but for durations; `…` stands for the rest of a line.
import { readFileSync } from 'node:fs';

const [, , readme, log] = process.argv;
const [, shown = ''] = /```text\n([\s\S]*?)```/.exec(readFileSync(readme, 'utf8')) ?? [];
const plain = (text) => text.split('\n').map((line) => line.replace(/ [\d.]+ m?s$/, '').trimEnd());
const printed = plain(readFileSync(log, 'utf8'));
const isPrinted = (line) =>
  line.endsWith(' …') ? printed.some((one) => one.startsWith(line.slice(0, -1))) : printed.includes(line);
const lines = plain(shown).filter((line) => line !== '' && line !== '…');
const missing = lines.filter((line) => !isPrinted(line));
if (lines.length < 10) throw new Error(`README.md shows ${lines.length} lines of output, expected 10`);
if (missing.length > 0) throw new Error(`npm start does not print:\n${missing.join('\n')}`);
console.log(`${lines.length} lines of README.md printed`);
