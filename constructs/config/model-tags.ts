/** Names of the tags that identify the resources of a model. */
export const MODEL_TAGS = ['mlops:model', 'mlops:environment'] as const;
