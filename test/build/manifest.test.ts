import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PackageJson, packedManifest } from '../../stacks/build/manifest.ts';
import { isCopied, packageOf } from '../../stacks/build/modules.ts';
import { ROOT } from '../structure/pages.ts';

const repository = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson; // our own file
const loaded = ['zod', 'commander', 'picocolors', 'cli-table3', 'fastify', 'aws-cdk-lib', 'constructs'];
const packed = packedManifest(repository, new Set([...loaded, '@stdlib/math-base-special-exp']));

describe('the packed package', () => {
  it('depends on small packages alone', () => {
    expect(Object.keys(packed.dependencies).sort()).toEqual(['cli-table3', 'commander', 'picocolors', 'zod']);
  });

  it('has everything else that it loads as an optional peer, in any version', () => {
    expect(packed.peerDependencies).toEqual({ ...repository.peerDependencies, fastify: '*' });
    expect(packed.peerDependenciesMeta).toMatchObject({ fastify: { optional: true } });
    expect(packed.devDependencies).toEqual({ fastify: repository.dependencies.fastify });
  });

  it('offers CommonJS for the imports of a CDK app, and ES modules for every export', () => {
    expect(packed.exports['./aws']).toEqual({
      require: { types: './cjs/constructs/aws/index.d.ts', default: './cjs/aws.cjs' },
      types: './constructs/aws/index.d.ts',
      default: './constructs/aws/index.js',
    });
    expect(packed.exports['./local']).not.toHaveProperty('require');
    expect(Object.keys(packed.exports)).toEqual(Object.keys(repository.exports));
  });

  it('stays private, and has no script', () => {
    expect(packed.private).toBe(true);
    expect(packed).not.toHaveProperty('scripts');
  });

  it('fails for a package that only development needs', () => {
    expect(() => packedManifest(repository, new Set(['vitest']))).toThrow(
      'the package imports vitest, which is not a dependency',
    );
  });
});

describe('the package of an import', () => {
  it.each([
    ['zod', 'zod'],
    ['aws-cdk-lib/aws-kms', 'aws-cdk-lib'],
    ['@aws-sdk/client-s3/x', '@aws-sdk/client-s3'],
    ['node:fs', undefined],
    ['fs/promises', undefined],
    ['./zod', undefined],
  ])("finds the package of '%s'", (specifier, name) => expect(packageOf(specifier)).toBe(name));

  it('copies a package that is one of many small ones', () => {
    expect(['@stdlib/math-base-special-ln', '@marcbachmann/cel-js', 'zod'].map(isCopied)).toEqual([
      true,
      true,
      false,
    ]);
  });
});
