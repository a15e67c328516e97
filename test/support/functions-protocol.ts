/**
 * What the host of Azure Functions and its worker say to each other: the messages of
 * azure-functions-language-worker-protobuf/src/proto/FunctionRpc.proto that this project needs, and the interface of the
 * package that the worker provides (types-core/index.d.ts), both of github.com/Azure/azure-functions-nodejs-worker.
 */

/** A value on its way; one field is there. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly nullableHeaders?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableParams?: Readonly<Record<string, { readonly value: string }>>;
  readonly nullableQuery?: Readonly<Record<string, { readonly value: string }>>;
  readonly body?: TypedData;
}

/** A trigger or another binding; its type ends in Trigger, and its other fields are the trigger's own. */
export type Binding = { readonly type: string; readonly direction: 'in' | 'out' } & Readonly<
  Record<string, unknown>
>;

/** A function as an app registers it. */
export interface Metadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: unknown;
}

export interface InvocationRequest {
  readonly invocationId: string;
  readonly functionId: string;
  readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
  readonly triggerMetadata: Readonly<Record<string, TypedData>>;
}

export type FromHost =
  | { readonly kind: 'start'; readonly folder: string }
  | ({ readonly kind: 'invoke' } & InvocationRequest);

export interface LogLine {
  readonly level: string;
  /** `user` for the lines of an app. */
  readonly category: string;
  readonly message: string;
  readonly invocationId: string | undefined;
}

export interface InvocationResponse {
  readonly returnValue?: TypedData | null;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
}

export type FromWorker =
  | { readonly kind: 'started'; readonly functions: readonly Metadata[] }
  | { readonly kind: 'failed'; readonly message: string }
  | ({ readonly kind: 'log' } & LogLine)
  | {
      readonly kind: 'response';
      readonly invocationId: string;
      readonly response?: InvocationResponse;
      readonly exception?: { readonly message: string; readonly stackTrace: string };
    };

/** The context of every hook; which fields are there depends on the hook. */
export interface HookContext {
  readonly hookData: object;
  readonly appHookData: object;
  readonly functionAppDirectory?: string;
  readonly invocationContext?: unknown;
  inputs?: unknown[];
  functionCallback?: unknown;
  result?: unknown;
  error?: unknown;
}

/** The part of the package @azure/functions that the worker calls. */
export interface ProgrammingModel {
  getInvocationModel(context: {
    readonly invocationId: string;
    readonly request: InvocationRequest;
    readonly metadata: Metadata;
    readonly state: string | undefined;
    log(level: string, category: string, message: string): void;
  }): InvocationModel | Promise<InvocationModel>;
  getCapabilities?(capabilities: Record<string, string>): unknown;
}

interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}
