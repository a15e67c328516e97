import type { Connection, Submittable } from 'pg';

/** The part of a RowDescription message that is used. */
interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}

/**
 * Has the server parse a statement and tell its columns, without executing it. The extended protocol takes exactly
 * one statement, so this also proves that the text is one, by the server's own parser.
 *
 * Source: PostgreSQL documentation 53.2.3 "Extended Query" (Parse, Describe, Sync).
 */
export class DescribeStatement implements Submittable {
  readonly fields: Promise<RowDescription['fields']>;
  readonly #sql: string;
  #found: RowDescription['fields'] = [];
  #resolve: (fields: RowDescription['fields']) => void = () => {};
  #reject: (error: Error) => void = () => {};

  constructor(sql: string) {
    this.#sql = sql;
    this.fields = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.#sql, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  /** The client calls these with the server's answers. */
  handleRowDescription({ fields }: RowDescription): void {
    this.#found = fields;
  }
  handleError(error: Error): void {
    this.#reject(error);
  }
  handleReadyForQuery(): void {
    this.#resolve(this.#found);
  }
}
