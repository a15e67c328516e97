/**
 * The functions that a cloud deploys, as data: the purpose, the size and the port calls of each.
 * Permissions are made from this table and nothing else; test/functions runs every function and holds the table to
 * what it really calls, in both directions.
 */

import { LONGEST_FUNCTION_SEC } from './pipeline.ts';

/** Calls of the object store: `get` and `read` · `write` and `create` · `tryPut`, with the read that it is judged by · `list` · `delete`. */
export type ObjectCall = 'read' | 'write' | 'create' | 'list' | 'delete';

/** Ports with calls that need a right in a cloud, and these calls. */
interface CallsOfPorts {
  readonly objects: ObjectCall;
  /** `request` is the publication of `retraining.requested`, which a cloud may have a topic of its own for. */
  readonly events: 'publish' | 'request';
  readonly notifier: 'notify';
  readonly predictions: 'append';
  readonly online: 'put' | 'get';
  readonly registryMirror: 'show' | 'describe';
  readonly source: 'snapshot';
  /** The secret of the pseudonyms. */
  readonly secret: 'read';
  /** The model's own scoring API. */
  readonly endpoint: 'post';
}

/** Size of a function, in no cloud's words. Each cloud chooses the smallest of its own sizes that has it. */
export interface FunctionNeeds {
  /** Processor cores, fractions allowed. A cloud may give fewer: the function is slower then, with the same results. */
  readonly cores: number;
  /** Memory in MB. An environment may give less, and the check of its capacity counts with that. */
  readonly memoryMb: number;
  /** Longest run in seconds, at most {@link LONGEST_FUNCTION_SEC}. */
  readonly timeoutSec: number;
}

export type Port = keyof CallsOfPorts;

/** One call of a port, `events.publish`: each cloud has a table of rights with these keys. */
export type PortCall<Of extends Port = Port> = { [P in Of]: `${P}.${CallsOfPorts[P]}` }[Of];

/** Port calls of a function; object calls by the prefix of the keys. */
export type FunctionUses = {
  readonly objects?: Readonly<Partial<Record<ObjectCall, readonly string[]>>>;
} & { readonly [P in Exclude<Port, 'objects'>]?: readonly CallsOfPorts[P][] };

export interface FunctionSpec {
  /** Present tense, for people who look at a list of functions. */
  readonly does: string;
  readonly needs: FunctionNeeds;
  readonly uses: FunctionUses;
}

/** For functions that hold a whole table; the second core runs the compiler and the garbage collector. */
const WHOLE_TABLE = { cores: 2, memoryMb: 3_000, timeoutSec: LONGEST_FUNCTION_SEC } as const;

export const FUNCTIONS = {
  lease: {
    does: 'takes and returns the lease that keeps two trainings apart',
    needs: { cores: 0.1, memoryMb: 256, timeoutSec: 60 },
    uses: { objects: { read: ['locks/'], create: ['locks/'] } },
  },
  export: {
    does: 'copies the query result from the database to CSV files',
    needs: { cores: 1, memoryMb: 512, timeoutSec: LONGEST_FUNCTION_SEC },
    uses: {
      objects: {
        read: ['exports/', 'features/'],
        write: ['exports/'],
        create: ['exports/'],
        list: ['exports/'],
      },
      source: ['snapshot'],
    },
  },
  prepare: {
    does: 'tests every row and quarantines the bad ones',
    needs: WHOLE_TABLE,
    uses: {
      objects: {
        read: ['exports/', 'models/', 'prepared/', 'release/'],
        write: ['prepared/'],
        create: ['prepared/', 'quarantine/'],
      },
    },
  },
  ingest: {
    does: 'writes the feature store',
    needs: WHOLE_TABLE,
    uses: {
      objects: { read: ['features/', 'prepared/'], write: ['features/'], create: ['features/'] },
      online: ['put'],
    },
  },
  train: {
    does: 'fits features and model on the older rows',
    needs: WHOLE_TABLE,
    uses: {
      objects: {
        read: ['features/', 'runs/', 'snapshots/'],
        write: ['snapshots/'],
        create: ['runs/', 'snapshots/'],
      },
    },
  },
  evaluate: {
    does: 'measures the model on the rows held out',
    needs: WHOLE_TABLE,
    uses: {
      objects: {
        read: ['features/', 'models/', 'release/', 'runs/'],
        create: ['runs/'],
      },
    },
  },
  register: {
    does: 'gives the model a version',
    needs: { cores: 1, memoryMb: 1_536, timeoutSec: 300 },
    uses: {
      objects: {
        read: ['approvals/', 'models/', 'runs/'],
        create: ['approvals/', 'models/'],
        list: ['models/'],
      },
      registryMirror: ['show'],
      events: ['publish'],
    },
  },
  approve: {
    does: "writes a person's approval, given in the cloud's registry",
    needs: { cores: 0.25, memoryMb: 512, timeoutSec: 60 },
    uses: {
      objects: { read: ['approvals/', 'models/'], create: ['approvals/', 'models/'] },
      registryMirror: ['describe', 'show'],
      events: ['publish'],
    },
  },
  release: {
    does: 'moves the release pointer, by approvals, alarms and evidence',
    needs: { cores: 1, memoryMb: 1_536, timeoutSec: 300 },
    uses: {
      objects: {
        read: ['approvals/', 'features/', 'models/', 'predictions/', 'release/', 'runs/'],
        write: ['release/outcomes/'],
        create: ['release/state.json'],
        list: ['predictions/'],
      },
      events: ['publish'],
      notifier: ['notify'],
    },
  },
  score: {
    does: 'answers scoring requests',
    needs: { cores: 0.5, memoryMb: 1_024, timeoutSec: 10 },
    uses: {
      objects: { read: ['models/', 'release/'] },
      predictions: ['append'],
      online: ['get'],
      secret: ['read'],
    },
  },
  probe: {
    does: 'asks the scoring API for an answer that is known',
    needs: { cores: 0.1, memoryMb: 256, timeoutSec: 90 },
    uses: {
      objects: { read: ['models/', 'release/'] },
      endpoint: ['post'],
      events: ['publish'],
      secret: ['read'],
    },
  },
  'batch-score': {
    does: 'scores the newest rows and delivers them ranked',
    needs: WHOLE_TABLE,
    uses: {
      objects: {
        read: ['batch/', 'features/', 'models/', 'release/'],
        write: ['batch/'],
        create: ['batch/'],
        list: ['batch/'],
      },
    },
  },
  'ground-truth': {
    does: 'collects the outcomes that are known by now',
    needs: { cores: 1, memoryMb: 1_536, timeoutSec: LONGEST_FUNCTION_SEC },
    uses: {
      objects: { read: ['features/', 'predictions/'], write: ['truth/'], list: ['predictions/'] },
      secret: ['read'],
    },
  },
  monitor: {
    does: 'tests drift and performance, and requests a retraining',
    needs: { cores: 1, memoryMb: 1_536, timeoutSec: LONGEST_FUNCTION_SEC },
    uses: {
      objects: {
        read: ['models/', 'predictions/', 'release/', 'reports/', 'runs/', 'truth/'],
        write: ['reports/'],
        list: ['predictions/', 'reports/', 'truth/'],
      },
      events: ['publish', 'request'],
      notifier: ['notify'],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;

export type FunctionName = keyof typeof FUNCTIONS;

/** Functions that hold a whole table: an environment may give them more memory than they need at least. */
export const WHOLE_TABLE_FUNCTIONS: readonly FunctionName[] = (
  Object.keys(FUNCTIONS) as FunctionName[]
).filter((name) => FUNCTIONS[name].needs === WHOLE_TABLE); // the keys of a constant
