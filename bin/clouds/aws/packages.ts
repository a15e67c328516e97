import type { SageMakerClient } from '@aws-sdk/client-sagemaker';

/** The versions in a model package group, by ARN; none when there is no such group. */
export async function packagesOf(client: SageMakerClient, group: string): Promise<string[]> {
  const { paginateListModelPackages } = await import('@aws-sdk/client-sagemaker');
  const found: string[] = [];
  try {
    for await (const { ModelPackageSummaryList = [] } of paginateListModelPackages(
      { client },
      { ModelPackageGroupName: group },
    ))
      for (const { ModelPackageArn } of ModelPackageSummaryList)
        if (ModelPackageArn !== undefined) found.push(ModelPackageArn);
  } catch (error) {
    if (error instanceof Error && /does not exist/i.test(error.message)) return [];
    throw error;
  }
  return found;
}

/** A group with versions cannot be deleted, so they go first. */
export async function deletePackages(
  client: SageMakerClient,
  arns: readonly string[],
  onDeleted: (count: number) => void,
): Promise<void> {
  const { DeleteModelPackageCommand } = await import('@aws-sdk/client-sagemaker');
  for (const [index, arn] of arns.entries()) {
    await client.send(new DeleteModelPackageCommand({ ModelPackageName: arn }));
    onDeleted(index + 1);
  }
}
