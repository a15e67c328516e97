import type { ChildProcess } from 'node:child_process';
import type { FuzzResult } from './fuzz.ts';

/** Twenty inputs of at most a second, on a machine that has other things to do. */
const SILENCE_MS = 60_000;

export interface Task {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Lets a process do a task; one that dies or falls silent is a finding, with the last input that it named. */
export function watchProcess(
  start: () => ChildProcess,
  task: Task,
  silenceMs = SILENCE_MS,
): Promise<FuzzResult> {
  return new Promise((resolve) => {
    const child = start();
    let at = task.from;
    let timer: NodeJS.Timeout;
    const end = (result: FuzzResult) => {
      clearTimeout(timer);
      child.removeAllListeners();
      child.kill('SIGKILL');
      resolve(result);
    };
    const broken = (what: string) =>
      end({
        corpus: task.name,
        cases: 0,
        mutations: at - task.from,
        accepted: 0,
        refused: [],
        slowestMs: 0,
        most: 0,
        findings: [{ k: at, what: `${what}, at this input or one of the 19 after it` }],
      });
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => broken('no answer'), silenceMs);
    };
    child.on('message', (message: { readonly at?: number; readonly result?: FuzzResult }) => {
      if (message.result !== undefined) return end(message.result);
      at = message.at ?? at;
      wait();
    });
    child.on('exit', (code, signal) => broken(`the process ended with ${code ?? signal}`));
    wait();
    child.send(task);
  });
}
