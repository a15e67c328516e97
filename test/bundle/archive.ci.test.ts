import { beforeAll, describe, expect, it } from 'vitest';
import { packVersion, unpackArchive } from '../../lambdas/bundle/archive.ts';
import { importBundle } from '../../lambdas/bundle/import-bundle.ts';
import type { ModelConfig } from '../../lambdas/core/config.ts';
import { encodeJson } from '../../lambdas/stores/json.ts';
import { readIndex } from '../../lambdas/stores/models.ts';
import { type Files, forgedArchive } from './forged-archive.ts';
import { portsOfFile, registeredVersion } from './registered-version.ts';

let source: Awaited<ReturnType<typeof registeredVersion>>;
let archive: Uint8Array;
let files: Files;
beforeAll(async () => {
  source = await registeredVersion();
  archive = await packVersion(source.ports, source.version, source.digest);
  files = (await unpackArchive(archive, 'a file')).files;
});

const codeOf = async (work: Promise<unknown>): Promise<unknown> => {
  try {
    await work;
    return 'accepted';
  } catch (error) {
    const { problems, code } = error as { problems?: { code: string }[]; code?: string };
    return problems?.[0]?.code ?? code ?? error;
  }
};

const replaced = (name: string, change: (document: Record<string, unknown>) => unknown): Files => {
  const document = JSON.parse(Buffer.from(files.get(name) ?? []).toString()) as Record<string, unknown>;
  return new Map([...files, [name, encodeJson(change(document))]]);
};

async function imported(bytes: Uint8Array, change: (config: ModelConfig) => ModelConfig = (same) => same) {
  const ports = portsOfFile();
  const unpacked = await unpackArchive(bytes, 'a file');
  const request = { archive: unpacked, subject: 'a file', by: 'ann' };
  return { ports, output: await importBundle(ports, change(source.config), request) };
}

describe('a bundle as an archive', () => {
  it('is refused when any byte has changed', async () => {
    const accepted: number[] = [];
    // Every byte of the headers, the digest and the manifest, and every 97th of the rest.
    for (let at = 0; at < archive.length; at += at < 8_192 ? 1 : 97) {
      const copy = Uint8Array.from(archive);
      copy[at] = (copy[at] as number) ^ (1 << (at % 8));
      if ((await codeOf(unpackArchive(copy, 'a file'))) === 'accepted') accepted.push(at);
    }
    expect(accepted).toEqual([]);
  });

  it('is refused when it is cut, longer, empty or another file', async () => {
    for (const bytes of [
      archive.subarray(0, 700),
      archive.subarray(0, -512),
      new Uint8Array(),
      Buffer.from('a text'),
    ])
      expect(await codeOf(unpackArchive(bytes, 'a file'))).toMatch(/^bundle\/(not-an-archive|changed)$/);
    expect(await codeOf(unpackArchive(Buffer.concat([archive, Buffer.alloc(512)]), 'a file'))).toBe(
      'bundle/changed',
    );
  });

  it.each([
    ['a path upwards', { name: '../evil' }],
    ['a path from the root', { name: '/etc/passwd' }],
    ['a folder', { name: 'folder', type: 'directory' }],
    ['a link', { name: 'link', type: 'symlink', linkname: '/etc/passwd' }],
    ['a file twice', { name: 'model.ubj' }],
    ['a hidden file', { name: '.bashrc' }],
  ])('is refused with %s', async (_, entry) => {
    expect(await codeOf(unpackArchive(await forgedArchive(files, [entry]), 'a file'))).toBe(
      'bundle/not-an-archive',
    );
  });

  it('is refused with a file that the manifest does not name', async () => {
    expect(await codeOf(unpackArchive(await forgedArchive(files, [{ name: 'more' }]), 'a file'))).toBe(
      'bundle/changed',
    );
  });
});

describe('the import of a bundle', () => {
  it('registers an exported version, which reads the same afterwards', async () => {
    const { ports, output } = await imported(archive);
    expect(output.version).toBe(1);
    const again = await unpackArchive(await packVersion(ports, output.version, output.digest), 'a file');
    for (const name of ['model.ubj', 'features.json', 'profile.json', 'probe.json'])
      expect(again.files.get(name)).toEqual(files.get(name));
    expect((await readIndex(ports)).versions).toHaveLength(1);
  });

  it('computes the answer to the probe anew, whatever the file says', async () => {
    const forged = await forgedArchive(replaced('probe.json', (one) => ({ ...one, score: 0.123 })));
    const { ports, output } = await imported(forged);
    const again = await unpackArchive(await packVersion(ports, output.version, output.digest), 'a file');
    expect(again.files.get('probe.json')).toEqual(files.get('probe.json'));
  });

  it.each<[string, () => Files, string]>([
    [
      'another model',
      () => replaced('lineage.json', (one) => ({ ...one, model: 'churn' })),
      'bundle/other-model',
    ],
    [
      'a later features version',
      () => replaced('features.json', (one) => ({ ...one, version: 2 })),
      'bundle/other-features',
    ],
    ['no model', () => new Map([...files].filter(([name]) => name !== 'model.ubj')), 'model/truncated'],
    [
      'half a model',
      () => new Map([...files, ['model.ubj', (files.get('model.ubj') as Uint8Array).subarray(0, 500)]]),
      'model/truncated',
    ],
    [
      'features of another shape',
      () =>
        replaced('features.json', () => ({ schemaVersion: 1, version: 1, fields: [{ kind: 'numeric' }] })),
      'bundle/unreadable',
    ],
    [
      'features with a key that is no feature',
      () => replaced('features.json', (one) => ({ ...one, extra: 1 })),
      'bundle/unreadable',
    ],
    [
      'a category without its number',
      () =>
        replaced('features.json', (one) => ({
          ...one,
          fields: (one.fields as { readonly kind: string }[]).map((field) =>
            field.kind === 'categorical' ? { ...field, values: [0.5] } : field,
          ),
        })),
      'bundle/unreadable',
    ],
    [
      'fewer features than columns',
      () => replaced('features.json', (one) => ({ ...one, fields: (one.fields as unknown[]).slice(1) })),
      'run/columns-differ',
    ],
    [
      'a profile whose counts are of other bins',
      () => replaced('profile.json', (one) => ({ ...one, pairs: [{ a: 99, b: 0 }] })),
      'bundle/unreadable',
    ],
    [
      'metrics that are texts',
      () => replaced('metrics.json', (one) => ({ ...one, evaluation: { passed: 'yes' } })),
      'bundle/unreadable',
    ],
    [
      'a document that is no JSON',
      () => new Map([...files, ['lineage.json', Buffer.from('{')]]),
      'bundle/unreadable',
    ],
  ])('is refused with %s', async (_, change, code) => {
    expect(await codeOf(imported(await forgedArchive(change())))).toBe(code);
  });

  it('obeys the limits of this environment', async () => {
    const strict = (config: ModelConfig): ModelConfig => ({
      ...config,
      training: {
        ...config.training,
        validation: { thresholds: [{ metric: 'auc', min: 0.999 }], fairness: [] },
      },
    });
    const { output } = await imported(archive, strict);
    expect(output.status).toBe('failed-validation');
  });
});
