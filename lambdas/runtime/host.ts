import type { FunctionConfig } from '../core/function-config.ts';
import type { Endpoint } from '../ports/endpoint.ts';
import type { Ports } from '../ports/index.ts';

/** The ports of a deployed function, and what only a cloud has. */
export interface CloudPorts extends Ports {
  /** The secret of the pseudonyms, asked for once. */
  secret(): Promise<string>;
  /** The model's own scoring API, as its callers reach it. */
  readonly endpoint: Endpoint;
  /** Waits until nothing is under way: afterwards the sandbox may stand still. */
  settled(): Promise<void>;
}

/** The ports of a cloud whose own registry a person may approve a version in. */
export interface RegistryPorts extends CloudPorts {
  /** Reads one entry of the cloud's registry. */
  describeVersion(id: string): Promise<DescribedVersion>;
}

/** An entry of the cloud's registry; without version and digest it is none of ours. */
export interface DescribedVersion {
  readonly version: number | undefined;
  readonly digest: string | undefined;
  readonly approved: boolean;
  /** Who changed it last. */
  readonly by: string;
  /** The identity that the cloud itself reports for that change; undefined where it reports none. */
  readonly provenBy: string | undefined;
}

/** Dependencies of a handler. */
export interface Host<Of extends CloudPorts = CloudPorts> {
  readonly ports: Of;
  readonly config: FunctionConfig;
  /** The identity that the function runs as, for lineage. */
  readonly identity: string;
}

/** Makes the ports of a cloud from the names in the environment. */
export type CreatePorts<Of extends CloudPorts = CloudPorts> = (
  env: Readonly<Record<string, string | undefined>>,
  config: FunctionConfig,
) => Of;
