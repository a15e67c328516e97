/** HTTP between a cloud's gateway, or a server, and the scoring service. */

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** The gateway's own id of the request, used where the caller sends none. */
  readonly receivedId: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON. */
  readonly body: string;
}

/** Holds the proof that a request is the probe's. */
export const PROBE_HEADER = 'x-probe';
