/** OpenAPI 3.1 of the scoring service of one model, from its blueprint. */

import type { ModelConfig } from '../core/config.ts';
import { ID_PATTERN, requestSchema, takesKeys } from './request-schema.ts';

/** The document that `GET /openapi.json` shows. */
export function openApi(config: ModelConfig): Readonly<Record<string, unknown>> {
  const json = (description: string, schema: unknown) => ({
    description,
    content: { 'application/json': { schema } },
  });
  const error = (description: string) => json(description, { $ref: '#/components/schemas/Error' });
  return {
    openapi: '3.1.0',
    info: { title: config.name, description: config.description, version: String(config.features.version) },
    paths: {
      '/score': {
        post: {
          summary: 'Scores a row, up to 1,000 rows, or a key',
          parameters: [{ $ref: '#/components/parameters/RequestId' }],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Request' } } },
          },
          responses: {
            200: json('Scores', { $ref: '#/components/schemas/Scores' }),
            400: error('Not JSON, or not what the model takes'),
            404: error(unknownKeys(config)),
            408: error('The request did not arrive in time'),
            413: error(
              'The body is larger than 1 MiB, or the answer could be larger than what the gateway carries; then the problem has the number of rows allowed',
            ),
            415: error('Another content type or encoding'),
            422: error("The row was refused by the model's features"),
            500: error('Scoring failed'),
            503: error('No version serves: none has been released, or it cannot be loaded'),
          },
        },
      },
      '/model': {
        get: {
          summary: 'The version that serves now',
          responses: {
            200: json('The serving version', { $ref: '#/components/schemas/Model' }),
            503: error('No version serves: none has been released, or it cannot be loaded'),
          },
        },
      },
      '/health': { get: { summary: 'The process answers', responses: { 200: json('Alive', STATUS) } } },
      '/ready': {
        get: {
          summary: 'A version is serving',
          responses: {
            200: json('Ready, or degraded: it answers, and predictions are not recorded', READINESS),
            503: error('No version serves: none has been released, or it cannot be loaded'),
          },
        },
      },
    },
    components: {
      parameters: {
        RequestId: {
          name: 'x-request-id',
          in: 'header',
          description: 'Comes back in the answer; made by the service when left out or of another form.',
          schema: { type: 'string', pattern: ID_PATTERN.source },
        },
      },
      schemas: {
        Request: requestSchema(config),
        Scores: scoresSchema(config),
        Model: object({
          ...VERSION,
          releaseSeq: { type: 'integer' },
          since: { type: ['string', 'null'], format: 'date-time' },
          stale: { type: 'boolean' },
          metrics: { type: 'object' },
        }),
        Error: object(
          {
            requestId: { type: 'string' },
            error: object({ ...CODE, message: { type: 'string' } }, PROBLEMS),
          },
          {},
        ),
      },
    },
  };
}

function unknownKeys({ serving }: ModelConfig): string {
  return serving.online?.unknownKey === 'refuse'
    ? 'The online store does not have a key of the request'
    : 'The online store has no row of the key; with features, a new key is scored as one without a past';
}

/** Data of the online store for a key. */
const KNOWN: Schema = {
  asOf: {
    type: ['string', 'null'],
    format: 'date-time',
    description:
      'Time of the newest event of the key that the features are made from; null where the online store has none. Later events were not known.',
  },
  missing: {
    type: 'array',
    items: { type: 'string' },
    description: 'Features that the online store had no value of.',
  },
};

function scoresSchema(config: ModelConfig): Schema {
  const { problem } = config;
  const id = { type: 'string' };
  const decision: Schema = problem.type === 'binary-classification' ? { decision: { type: 'boolean' } } : {};
  const number = { type: 'number' };
  const contribution = object({
    feature: { type: 'string' },
    description: { type: 'string' },
    contribution: number,
  });
  const reasons = object({
    baseline: {
      ...number,
      description: 'The margin before anything is known of the row; log-odds for a yes or no.',
    },
    margin: { ...number, description: 'The baseline and all contributions together.' },
    contributions: {
      type: 'array',
      items: contribution,
      description: 'Exact SHAP values, the largest first.',
    },
  });
  const known = takesKeys(config) ? KNOWN : {};
  const scored = object({ id, score: number, ...decision }, { ...known, reasons });
  const refused = object({ id, error: object({ ...CODE, ...PROBLEMS }) });
  return object(
    {
      requestId: { type: 'string' },
      model: object(VERSION),
      releaseSeq: { type: 'integer' },
      predictions: { type: 'array', items: { oneOf: [scored, refused] } },
    },
    {
      stale: { const: true, description: 'The newest release could not be followed; the last one answers.' },
    },
  );
}

type Schema = Readonly<Record<string, unknown>>;

function object(required: Schema, optional: Schema = {}): Schema {
  return { type: 'object', required: Object.keys(required), properties: { ...required, ...optional } };
}

const STATUS = object({ status: { type: 'string' } });
const READINESS = object(
  { status: { enum: ['ready', 'degraded'] } },
  {
    records: object({
      unwritten: { type: 'integer', description: 'Records that wait to be written.' },
      lost: {
        type: 'integer',
        description: 'Records that were lost since the last one that could be written.',
      },
      code: { type: 'string', description: 'Code of the newest failure.' },
    }),
  },
);
const CODE: Schema = { code: { type: 'string' } };
const VERSION: Schema = {
  name: { type: 'string' },
  version: { type: 'integer' },
  digest: { type: 'string' },
};
const PROBLEMS: Schema = {
  problems: {
    type: 'array',
    items: object({ ...CODE, path: { type: 'string' }, allowed: { type: 'string' } }),
  },
};
