import type { ModelConfig, SourceConfig } from './config.ts';

/** How the export reaches the source database; no secret is in it. */
export interface DatabaseConfig {
  readonly engine: SourceConfig['engine'];
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  /** Id of the database in its cloud; Cloud SQL is reached by it, as `project:region:instance`. */
  readonly instance?: string;
  /** Authority of the server's certificate, PEM. @default the cloud's own */
  readonly ca?: string;
}

/** Content of `config.json` beside a deployed function's bundle. */
export interface FunctionConfig {
  readonly schemaVersion: 1;
  /** Version of the package, and the first digits of the digest of the function's own bundle. */
  readonly codeVersion: string;
  readonly model: ModelConfig;
  /** The export's only. */
  readonly database?: DatabaseConfig;
}
