/**
 * A stand-in of the host of Azure Functions: it starts an app's archive in a process of its own, and calls its functions
 * as the host does. Sources are named beside each part. No storage account is behind it: messages and times are given.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { bundlesOf } from '../../constructs/shared/bundle.ts';
import type { AppName } from '../../lambdas/apps.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { type FrontDoor, openFrontDoor, type Sign } from './functions-http.ts';
import type { Binding, FromHost, FromWorker, LogLine, Metadata, TypedData } from './functions-protocol.ts';

/** The end of one invocation. */
export interface Invocation {
  readonly result?: TypedData | undefined;
  /** The text of the error that the function threw. */
  readonly failed?: string;
  /** Lines of the app itself, in their order. */
  readonly lines: readonly string[];
}

/** A message's way through the queue: its tries, and whether it ended in the poison queue. */
export interface Delivery {
  readonly tries: readonly Invocation[];
  readonly poisoned: boolean;
}

/** A message as the listener of a queue takes it. */
export interface QueuedMessage {
  readonly text: string;
  /** Deliveries, with this one. */
  readonly dequeueCount: number;
  readonly insertionTime: Date;
}

/** An app that runs. */
export interface RunningApp {
  /** Without a final slash; of the HTTP triggers. */
  readonly url: string;
  /** Functions by name, as the app registered them. */
  readonly functions: ReadonlyMap<string, Metadata>;
  /** Content of the archive's host.json. */
  readonly hostJson: Readonly<Record<string, unknown>>;
  readonly child: ChildProcess;
  /** Everything that the app logged or printed. */
  log(): string;
  /** Calls a function once, with the data of its trigger. */
  invoke(
    name: string,
    data: TypedData,
    triggerMetadata?: Readonly<Record<string, TypedData>>,
  ): Promise<Invocation>;
  /** Calls the function of a timer. */
  tick(name: string): Promise<Invocation>;
  /** Hands a message to the function of a queue, once. */
  receive(name: string, message: QueuedMessage): Promise<Invocation>;
  /** Delivers a message to the function of a queue, until it is done or poison. */
  deliver(name: string, message: string, insertedAt?: number): Promise<Delivery>;
  stop(): Promise<void>;
}

/** Unpacks the archive of an app; returns its folder, in the given one. */
export function unpackApp(root: string, app: AppName, model: ModelConfig): string {
  const folder = mkdtempSync(join(root, `${app}-`));
  for (const file of bundlesOf('azure').get(app) ?? []) {
    const path = join(folder, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  writeFileSync(
    join(folder, 'config.json'),
    JSON.stringify({ schemaVersion: 1, codeVersion: 'test', model }),
  );
  return folder;
}

/** Writes the worker beside an app's folder, as a file that Node runs without a loader. */
function workerBeside(folder: string): string {
  const path = join(dirname(folder), 'functions-worker.mjs');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'functions-worker.ts')],
    outfile: path,
    bundle: true,
    format: 'esm',
    platform: 'node',
  });
  return path;
}

/**
 * Starts an app, and waits until its functions are registered.
 *
 * @param env - The app's settings; nothing else is handed on but the path.
 * @param sign - The platform's authentication: who calls. Its default is a bearer token that is the object id itself.
 * @param inputs - Data of further bindings by their type: `durableClient`.
 */
export async function startApp(
  folder: string,
  env: Readonly<Record<string, string>>,
  sign?: Sign,
  node = process.execPath,
  inputs: Readonly<Record<string, TypedData>> = {},
): Promise<RunningApp> {
  const printed: string[] = [];
  const lines = new Map<string | undefined, string[]>();
  const waiting = new Map<string, (end: Omit<Invocation, 'lines'>) => void>();
  const child = fork(workerBeside(folder), [], {
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    execPath: node,
    execArgv: [],
    serialization: 'advanced', // bytes stay bytes
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => void printed.push(chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const registered = await new Promise<readonly Metadata[]>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the app ended with ${code}: ${printed.join('')}`)));
    child.on('message', (message: FromWorker) => {
      if (message.kind === 'started') resolve(message.functions);
      else if (message.kind === 'failed') reject(new Error(message.message));
      else if (message.kind === 'log') takeLine(message);
      else {
        const { invocationId, response, exception } = message;
        waiting.get(invocationId)?.({
          result: response?.returnValue ?? undefined,
          ...(exception && { failed: exception.message }),
        });
        if (exception) printed.push(exception.stackTrace);
      }
    });
    send({ kind: 'start', folder });
  });

  function send(message: FromHost): void {
    child.send(message);
  }

  function takeLine({ category, message, invocationId }: LogLine): void {
    printed.push(`${message}\n`);
    if (category === 'user') lines.set(invocationId, [...(lines.get(invocationId) ?? []), message]);
  }

  const functions = new Map(registered.map((one) => [one.name, one]));
  const hostJson = JSON.parse(readFileSync(join(folder, 'host.json'), 'utf8')) as RunningApp['hostJson'];

  const invoke: RunningApp['invoke'] = async (name, data, triggerMetadata = {}) => {
    const invocationId = randomUUID();
    const end = await new Promise<Omit<Invocation, 'lines'>>((resolve) => {
      waiting.set(invocationId, resolve);
      const trigger = triggerOf(functions, name).name;
      const others = Object.entries(functions.get(name)?.bindings ?? {}).flatMap(([binding, { type }]) =>
        inputs[type] === undefined ? [] : [{ name: binding, data: inputs[type] }],
      );
      const inputData = [{ name: trigger, data }, ...others];
      send({ kind: 'invoke', invocationId, functionId: name, inputData, triggerMetadata });
    });
    waiting.delete(invocationId);
    return { ...end, lines: lines.get(invocationId) ?? [] };
  };

  const receive: RunningApp['receive'] = (name, message) =>
    invoke(name, { string: message.text }, queueFacts(message));

  const door: FrontDoor = await openFrontDoor({ functions, hostJson, invoke, ...(sign && { sign }) });
  return {
    url: door.url,
    functions,
    hostJson,
    child,
    log: () => printed.join(''),
    invoke,
    tick: (name) => invoke(name, { json: JSON.stringify(TIMER) }),
    receive,
    async deliver(name, text, insertedAt = Date.now()) {
      const tries: Invocation[] = [];
      const insertionTime = new Date(insertedAt);
      for (let dequeueCount = 1; dequeueCount <= maxDequeueCount(hostJson); dequeueCount += 1) {
        const end = await receive(name, { text, dequeueCount, insertionTime });
        tries.push(end);
        if (end.failed === undefined) return { tries, poisoned: false };
      }
      return { tries, poisoned: true };
    },
    async stop() {
      await door.close();
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** The trigger of a function, and its name among the bindings. */
export function triggerOf(
  functions: RunningApp['functions'],
  name: string,
): { readonly name: string; readonly binding: Binding } {
  const bindings = Object.entries(functions.get(name)?.bindings ?? {});
  const found = bindings.find(([, { type }]) => type.endsWith('Trigger'));
  if (found === undefined) throw new Error(`the app has no function '${name}'`);
  return { name: found[0], binding: found[1] };
}

/** `TimerInfo` of github.com/Azure/azure-webjobs-sdk-extensions, as the host writes it. */
const TIMER = {
  Schedule: { AdjustForDST: true },
  ScheduleStatus: { Last: '2026-03-12T19:03:00+00:00', Next: '2026-03-12T19:04:00+00:00' },
  IsPastDue: false,
};

/** The fifth try is the last by default: `QueueProcessor.cs` of Microsoft.Azure.WebJobs.Extensions.Storage.Queues. */
function maxDequeueCount({ extensions }: RunningApp['hostJson']): number {
  const { queues } = (extensions ?? {}) as { readonly queues?: { readonly maxDequeueCount?: number } };
  return queues?.maxDequeueCount ?? 5;
}

/** Values other than texts arrive as JSON: `GrpcMessageConversionExtensions.cs` of github.com/Azure/azure-functions-host. */
export function queueFacts({
  dequeueCount,
  insertionTime,
}: QueuedMessage): Readonly<Record<string, TypedData>> {
  const at = (later: number): TypedData => ({
    json: JSON.stringify(
      new Date(insertionTime.getTime() + later).toISOString().replace(/\.\d+Z$/, '+00:00'),
    ),
  });
  return {
    Id: { string: '83ab2b60-9b7f-4e8f-8f9e-2c6f5a0b8f55' },
    PopReceipt: { string: 'AgAAAAMAAAAAAAAA' },
    DequeueCount: { json: String(dequeueCount) },
    InsertionTime: at(0),
    ExpirationTime: at(604_800_000),
    NextVisibleTime: at(600_000),
  };
}
