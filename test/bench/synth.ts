/**
 * The synthesis of one environment on each cloud, as a process: wall and processor time, and all clouds together beside AWS
 * alone. No credentials and no network are needed.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** All clouds together take at most so many times the processor time of AWS alone. */
const MOST = 2.5;
const ENVIRONMENT = 'dev';

const TERRAFORM = ['--import', 'tsx', 'stacks/terraform/app.ts', '--env', ENVIRONMENT, '--cloud'];
/** Words after `node`, by cloud; the output goes to the folder. */
const COMMANDS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  aws: (folder) => ['node_modules/aws-cdk/bin/cdk', 'synth', '-q', '-c', `env=${ENVIRONMENT}`, '-o', folder],
  gcp: () => [...TERRAFORM, 'gcp'],
  azure: () => [...TERRAFORM, 'azure'],
};

interface Times {
  readonly wallSec: number;
  readonly processorSec: number;
}

export async function run(): Promise<void> {
  const times = Object.entries(COMMANDS).map(([cloud, wordsOf]) => [cloud, timesOf(wordsOf)] as const);
  const total = times.reduce((sum, [, { processorSec }]) => sum + processorSec, 0);
  const alone = times[0]?.[1].processorSec ?? Number.NaN;
  const rows = times.map(
    ([cloud, { wallSec, processorSec }]) =>
      `${cloud.padEnd(6)}${wallSec.toFixed(1).padStart(7)}${processorSec.toFixed(1).padStart(12)}`,
  );
  const ratio = total / alone;
  process.stdout.write(
    `synth of ${ENVIRONMENT}\ncloud  wall s  processor s\n${rows.join('\n')}\nall clouds / AWS alone: ${ratio.toFixed(2)} of processor time, at most ${MOST}\n`,
  );
  if (!(ratio <= MOST)) process.exitCode = 1;
}

function timesOf(wordsOf: (folder: string) => readonly string[]): Times {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-synth-'));
  try {
    const childrenBefore = childrenSec();
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, wordsOf(join(folder, 'out')), {
      env: { ...process.env, CDKTF_OUTDIR: join(folder, 'out'), AWS_EC2_METADATA_DISABLED: 'true' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return { wallSec: (performance.now() - start) / 1_000, processorSec: childrenSec() - childrenBefore };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Clock ticks of a second in `/proc` (`getconf CLK_TCK`), 100 on Linux. */
const TICKS = 100;

/** Processor time of the children that have ended, and of theirs (proc_pid_stat(5), cutime and cstime). */
function childrenSec(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[13]) + Number(fields[14])) / TICKS;
}
