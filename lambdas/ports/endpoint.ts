/** A POST of JSON to the scoring API. */
export interface EndpointRequest {
  /** As `/score`. */
  readonly path: string;
  /** Beside the content type; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface EndpointAnswer {
  /** HTTP status. */
  readonly status: number;
  readonly body: string;
}

/** The scoring API of this model, reached as a caller reaches it. */
export interface Endpoint {
  /**
   * Posts once, without a retry.
   *
   * @throws RuntimeFailure `endpoint/no-answer` (retryable) when no answer came within five seconds
   */
  post(request: EndpointRequest): Promise<EndpointAnswer>;
}
