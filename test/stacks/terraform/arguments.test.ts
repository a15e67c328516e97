import { describe, expect, it } from 'vitest';
import { narrowingOf } from '../../../stacks/terraform/arguments.ts';

describe('the arguments of synth:terraform', () => {
  it('narrows to an environment, a blueprint and a copy', () => {
    expect({ ...narrowingOf(['--env', 'dev', '--blueprint=churn', '--suffix', 'pr-42']) }).toEqual({
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
            allowed: '--env NAME, --blueprint NAME, --suffix NAME',
          }),
        ],
      }),
    );
  });
});
