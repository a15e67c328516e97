import { expect, it } from 'vitest';
import { loadOptional } from '../../../../bin/clouds/aws/optional-package.ts';

const missing = (name: string) => async () => {
  throw Object.assign(new Error(`Cannot find package '${name}' imported from x.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
};

it('fails with the command that installs the tested version', async () => {
  await expect(loadOptional(missing('@aws-sdk/client-sts'), '@aws-sdk/client-sts')).rejects.toMatchObject({
    code: 'aws/not-installed',
    message: 'this command needs @aws-sdk/client-sts',
    fix: expect.stringMatching(/^npm install --save-dev @aws-sdk\/client-sts@3\.\d+\.\d+$/),
  });
});

it('passes on the error of another missing package', async () => {
  await expect(loadOptional(missing('other'), '@aws-sdk/client-sts')).rejects.toThrow("package 'other'");
});
