import { describe, expect, it } from 'vitest';
import { createFile, decodeJson, encodeJson, sealJson, sha256 } from '../../lambdas/stores/json.ts';
import { memoryObjects, virtualClock } from './crash.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('JSON documents', () => {
  it('reads documents back as they were written', () => {
    const document = { schemaVersion: 1, text: 'ä "quoted"', list: [1, null, true] };
    expect(decodeJson(encodeJson(document), 'a.json', 1)).toEqual(document);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])(
    'fails to write %s, which JSON would turn into null',
    (value) => {
      expect(() => encodeJson({ schemaVersion: 1, value })).toThrow(
        expect.objectContaining({ code: 'store/not-finite' }),
      );
    },
  );

  it.each(['', '{', 'null', '7', '{"schemaVersion":3}', '{"schemaVersion":"1"}', '{}'])(
    'fails to read %j',
    (text) => {
      expect(() => decodeJson(bytes(text), 'a.json', 1)).toThrow(
        expect.objectContaining({ code: 'store/unreadable' }),
      );
    },
  );

  it('fails to read bytes that are not UTF-8', () => {
    expect(() => decodeJson(new Uint8Array([0xff]), 'a.json', 1)).toThrow(
      expect.objectContaining({ code: 'store/unreadable' }),
    );
  });

  it('reads sealed documents back without their seal, and refuses those with a changed value', () => {
    const document = { schemaVersion: 1, rows: 12, nested: { b: 1, a: 2 } };
    const sealed = sealJson(document);
    expect(decodeJson(sealed, 'a.json', 1)).toEqual(document);
    const changed = bytes(Buffer.from(sealed).toString().replace('12', '13'));
    expect(() => decodeJson(changed, 'a.json', 1)).toThrow(
      expect.objectContaining({ code: 'store/corrupt', retryable: true }),
    );
  });

  it('reads documents of the schema version before this one, but no later ones', () => {
    expect(decodeJson(bytes('{"schemaVersion":1}'), 'a.json', 2)).toEqual({ schemaVersion: 1 });
    expect(() => decodeJson(bytes('{"schemaVersion":3}'), 'a.json', 2)).toThrow();
  });

  it('computes sha256 of a published test vector', () => {
    // FIPS 180-2, appendix B.1
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('createFile', () => {
  it('keeps the first content and reports whether it is ours', async () => {
    const ports = { objects: memoryObjects(), clock: virtualClock() };
    expect(await createFile(ports, 'a', bytes('x'))).toBe(true);
    expect(await createFile(ports, 'a', bytes('x'))).toBe(true);
    expect(await createFile(ports, 'a', bytes('y'))).toBe(false);
    expect(ports.objects.files.get('a')).toEqual(bytes('x'));
  });

  it('fails, retryable, when the result of the write is unknown', async () => {
    const objects = memoryObjects();
    objects.tryPut = async () => ({ outcome: 'unknown', cause: new Error('connection reset') });
    await expect(createFile({ objects, clock: virtualClock() }, 'a', bytes('x'))).rejects.toMatchObject({
      code: 'store/unknown-outcome',
      retryable: true,
    });
  });
});
