import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Endpoint } from '../../ports/endpoint.ts';
import { postOnce } from '../shared/post-once.ts';

export interface EndpointOptions {
  /** URL of the API with the final slash, `https://….amazonaws.com/`. */
  readonly url: string;
  readonly region: string;
  /** Those of the function's own role: Lambda sets them in its environment. */
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** @default 5,000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;

/** API Gateway with IAM: each request is signed (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html). */
export function createEndpoint({
  url,
  region,
  credentials,
  timeoutMs = TIMEOUT_MS,
}: EndpointOptions): Endpoint {
  const signer = new SignatureV4({ service: 'execute-api', region, credentials, sha256: Sha256 });
  return {
    async post({ path, headers, body }) {
      const target = new URL(path.replace(/^\//, ''), url);
      const signed = await signer.sign({
        method: 'POST',
        protocol: target.protocol,
        hostname: target.hostname,
        path: target.pathname,
        headers: { ...headers, 'content-type': 'application/json', host: target.host },
        body,
      });
      const { host: _, ...sent } = signed.headers; // fetch writes it by itself
      return postOnce(target, sent, body, timeoutMs);
    },
  };
}

/** SHA-256, or HMAC-SHA256 with a key, in the form that the signer asks for. */
class Sha256 {
  readonly #hash: Hash | Hmac;

  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /** A hash is made for each digest. */
  reset(): void {}
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
