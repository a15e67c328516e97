import type { ModelProps } from './model-props.ts';

/** The secret under which ids and keys are recorded; nobody sees it, and it is the same for as long as records are joined. */
export interface IPseudonymSecret {
  readonly secretId: string;
}

export type PseudonymSecretProps = ModelProps;
