import { describe, expect, it } from 'vitest';
import { narrowingOf } from '../../../stacks/terraform/arguments.ts';

describe('the arguments of synth:terraform', () => {
  it('narrows to a cloud, an environment, a blueprint and a copy', () => {
    const words = ['--cloud', 'azure', '--env', 'dev', '--blueprint=churn', '--suffix', 'pr-42'];
    expect({ ...narrowingOf(words) }).toEqual({
      cloud: 'azure',
      env: 'dev',
      blueprint: 'churn',
      suffix: 'pr-42',
    });
    expect({ ...narrowingOf([]) }).toEqual({});
  });

  it.each([['--nope'], ['dev'], ['--env']])('refuses %s, with what is allowed', (word) => {
    expect(() => narrowingOf([word])).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'usage/not-understood',
            allowed: '--cloud NAME, --env NAME, --blueprint NAME, --suffix NAME',
          }),
        ],
      }),
    );
  });

  it.each<[cloud: string, fix: object]>([
    ['azur', {}],
    ['aws', { fix: 'use npx cdk synth' }],
    ['', {}],
  ])("refuses the cloud '%s', with those that there are", (cloud, fix) => {
    expect(() => narrowingOf([`--cloud=${cloud}`])).toThrow(
      expect.objectContaining({
        problems: [
          expect.objectContaining({
            code: 'usage/not-understood',
            path: '--cloud',
            got: `'${cloud}'`,
            allowed: 'gcp, azure',
            ...fix,
          }),
        ],
      }),
    );
  });
});
