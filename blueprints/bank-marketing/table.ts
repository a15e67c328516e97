/** Columns of `contacts`, in order. */
export const COLUMNS = [
  'client_id',
  'contacted_at',
  'age',
  'job',
  'marital',
  'education',
  'in_default',
  'balance',
  'housing',
  'loan',
  'contact',
  'campaign',
  'pdays',
  'previous',
  'poutcome',
  'duration',
  'subscribed',
] as const;

/** The source table; `subscribed` is NULL while the outcome is unknown. */
export const CONTACTS = {
  name: 'contacts',
  ddl: `CREATE TABLE contacts (
  client_id bigint NOT NULL,
  contacted_at timestamptz NOT NULL,
  age integer,
  job text,
  marital text,
  education text,
  in_default boolean,
  balance integer,
  housing boolean,
  loan boolean,
  contact text,
  campaign integer,
  pdays integer,
  previous integer,
  poutcome text,
  duration integer,
  subscribed boolean,
  PRIMARY KEY (client_id, contacted_at)
)`,
};
