/**
 * The worker of Azure Functions for Node, as a process of its own that a stand-in of the host talks to. It does what
 * github.com/Azure/azure-functions-nodejs-worker does in src/setupCoreModule.ts, startApp.ts and
 * eventHandlers/InvocationHandler.ts, with messages of the process in place of gRPC.
 */

import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromHost, FromWorker, HookContext, Metadata, ProgrammingModel } from './functions-protocol.ts';

type Callback = (...args: unknown[]) => unknown;

const functions = new Map<string, { readonly metadata: Metadata; readonly callback: Callback }>();
const hooks = new Map<string, ((context: HookContext) => unknown)[]>();
let model: ProgrammingModel | undefined;
let isStarted = false;

const toHost = (message: FromWorker): void => void process.send?.(message);

/** The package that the worker provides. Apps find it by `require`, which it replaces for every module. */
const core = {
  version: '3.10.1',
  hostVersion: '4.1036.0',
  Disposable: class {
    dispose(): void {}
  },
  registerFunction(metadata: Metadata, callback: Callback) {
    if (isStarted) throw new Error('A function can only be registered during app startup.');
    if (functions.has(metadata.name))
      throw new Error(`A function with id "${metadata.name}" has already been registered.`);
    functions.set(metadata.name, { metadata, callback });
    return new core.Disposable();
  },
  registerHook(name: string, callback: (context: HookContext) => unknown) {
    hooks.set(name, [...(hooks.get(name) ?? []), callback]);
    return new core.Disposable();
  },
  setProgrammingModel: (given: ProgrammingModel) => {
    model = given;
  },
  getProgrammingModel: () => model,
  log: (level: string, category: string, message: string) =>
    toHost({ kind: 'log', level, category, message, invocationId: undefined }),
};

Module.prototype.require = new Proxy(Module.prototype.require, {
  apply: (target, self, args) =>
    args[0] === '@azure/functions-core' ? core : Reflect.apply(target, self, args),
});

async function runHooks(name: string, context: HookContext): Promise<void> {
  for (const hook of hooks.get(name) ?? []) await hook(context);
}

async function start(folder: string): Promise<void> {
  process.chdir(folder);
  const { main } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    readonly main: string;
  };
  await import(pathToFileURL(join(folder, main)).href);
  await runHooks('appStart', { hookData: {}, appHookData: {}, functionAppDirectory: folder });
  await model?.getCapabilities?.({ RawHttpBodyBytes: 'true', RpcHttpBodyOnly: 'true' });
  isStarted = true;
  toHost({ kind: 'started', functions: [...functions.values()].map(({ metadata }) => metadata) });
}

async function invoke(request: Extract<FromHost, { kind: 'invoke' }>): Promise<void> {
  const { invocationId } = request;
  try {
    const { metadata, callback } = functions.get(request.functionId) ?? absent(request.functionId);
    const invocation = await (model ?? absent('model')).getInvocationModel({
      invocationId,
      request,
      metadata,
      state: undefined,
      log: (level, category, message) => toHost({ kind: 'log', level, category, message, invocationId }),
    });
    const { context, inputs } = await invocation.getArguments();
    const before: HookContext = {
      hookData: {},
      appHookData: {},
      invocationContext: context,
      inputs,
      functionCallback: callback,
    };
    await runHooks('preInvocation', before);
    const after: HookContext = { ...before, result: null, error: null };
    try {
      const called = (before.functionCallback ?? callback) as Callback;
      after.result = await invocation.invokeFunction(context, before.inputs ?? inputs, called);
    } catch (error) {
      after.error = error;
    }
    await runHooks('postInvocation', after);
    if (after.error instanceof Error) throw after.error;
    const response = await invocation.getResponse(context, after.result);
    toHost({ kind: 'response', invocationId, response });
  } catch (error) {
    const { message, stack = '' } = error as Error; // the worker makes errors of everything
    toHost({ kind: 'response', invocationId, exception: { message, stackTrace: stack } });
  }
}

function absent(what: string): never {
  throw new Error(`Function code for '${what}' is not loaded and cannot be invoked.`);
}

process.on('message', (message: FromHost) => {
  if (message.kind === 'start')
    start(message.folder).catch((error: Error) => toHost({ kind: 'failed', message: String(error.stack) }));
  else void invoke(message);
});
