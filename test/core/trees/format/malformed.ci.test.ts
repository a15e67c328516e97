import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../../lambdas/core/numeric/random.ts';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import {
  emptyForest,
  type Forest,
  LEAF,
  MODEL_LIMITS,
  type TreeModel,
} from '../../../../lambdas/core/trees/model.ts';
import { scoreOutputs } from '../../../../lambdas/core/trees/scoring/score.ts';
import { failureCode, fixture } from '../samples.ts';

const ubj = fixture('tiny.ubj');
const json = Buffer.from(fixture('tiny.json')).toString();

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const latin1 = (value: string): Uint8Array => Uint8Array.from(Buffer.from(value, 'latin1'));
const codeOf = (bytes: Uint8Array): string => failureCode(() => readModel(bytes));

/** The tiny JSON model with one text replaced, which must be there. */
function edited(from: string | RegExp, to: string): Uint8Array {
  const changed = json.replace(from, to);
  expect(changed).not.toBe(json);
  return text(changed);
}

/** The tiny UBJSON model with one piece (latin-1) replaced, which must be there. */
function editedUbj(from: string, to: string): Uint8Array {
  const before = Buffer.from(ubj).toString('latin1');
  expect(before).toContain(from);
  return latin1(before.replace(from, to));
}

/** A UBJSON count, or the key of that length. */
const long = (value: bigint): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return `L${bytes.toString('latin1')}`;
};
const key = (name: string): string => long(BigInt(name.length)) + name;

describe('truncated files', () => {
  it('fails with a model code at every byte of a UBJSON file', () => {
    const codes = new Set(Array.from(ubj, (_, length) => codeOf(ubj.subarray(0, length))));
    expect([...codes]).toEqual(['model/truncated']);
  });

  it('fails with a model code at every byte of a binary file', () => {
    // 1.7 writes the names of features and attributes behind the trees; no score needs them.
    const binf = fixture('versions/1.7.6/dart.binf');
    const codes = Array.from(binf, (_, length) => outcomeOf(binf.subarray(0, length)));
    const enough = codes.indexOf('loaded');
    expect(codes.length - enough).toBeLessThan(400);
    expect(new Set(codes.slice(4, enough))).toEqual(new Set(['model/truncated']));
    expect(new Set(codes.slice(enough))).toEqual(new Set(['loaded']));
  });

  it('fails with a model code at every byte of a JSON file', () => {
    const bytes = text(json);
    const codes = new Set(Array.from(bytes, (_, length) => codeOf(bytes.subarray(0, length))));
    expect([...codes]).toEqual(['model/truncated']);
  });
});

describe('files that are something else', () => {
  it.each([
    ['a pickle', '\x80\x04\x95', 'model/pickle'],
    ['the start of the old binary format', 'binf\0\0', 'model/truncated'],
    ['a zip archive', 'PK\x03\x04', 'model/not-a-model'],
    ['gzip data', '\x1f\x8b\x08', 'model/not-a-model'],
    ['the oldest format, which starts with a float', '\0\0\0\x3f\0', 'model/not-a-model'],
    ['text', 'hello', 'model/not-a-model'],
    ['an object with a foreign marker', '{Zx', 'model/not-a-model'],
    ['other JSON', '{"a": 1}', 'model/malformed'],
    ['a JSON list after an object', '{"a": 1}[]', 'model/malformed'],
    ['JSON with a stray bracket', '{"a\\"": 1}]', 'model/malformed'],
    ['JSON that is not UTF-8', '{"\xff": 1}', 'model/malformed'],
  ])('fails on %s', (_, bytes, code) => {
    expect(codeOf(latin1(bytes))).toBe(code);
  });

  it('fails on a file above the size limit before reading it', () => {
    expect(codeOf(new Uint8Array(256 * 1024 * 1024 + 1))).toBe('model/too-large');
  });
});

describe('hostile UBJSON', () => {
  it.each([
    [
      'a count of 2^63',
      editedUbj(`categories[$l#${long(0n)}`, `categories[$l#L\x80${'\0'.repeat(7)}`),
      'bad-count',
    ],
    ['a count of -1', editedUbj(`categories[$l#${long(0n)}`, `categories[$l#${long(-1n)}`), 'bad-count'],
    [
      'a count of 2^62',
      editedUbj(`categories[$l#${long(0n)}`, `categories[$l#${long(2n ** 62n)}`),
      'bad-count',
    ],
    ['a fractional count', editedUbj(`categories[$l#${long(0n)}`, 'categories[$l#d\x3f\0\0\0'), 'bad-count'],
    ['a NaN count', editedUbj(`categories[$l#${long(0n)}`, 'categories[$l#d\x7f\xc0\0\0'), 'bad-count'],
    [
      'more than the file holds',
      editedUbj(`categories[$l#${long(0n)}`, `categories[$l#${long(900n)}`),
      'truncated',
    ],
    ['a key longer than the file', editedUbj(key('trees'), `${long(100_000_000n)}trees`), 'truncated'],
    ['a typed list without a count', editedUbj('categories[$l#', 'categories[$l'), 'malformed'],
    ['nulls without bytes', editedUbj(`categories[$l#${long(0n)}`, `categories[$Z#${long(9n)}`), 'malformed'],
    ['an unknown marker', editedUbj(`${key('id')}i`, `${key('id')}N`), 'malformed'],
    ['a key that is no text', editedUbj(key('trees'), 'Strees'), 'malformed'],
    ['a text that is not UTF-8', editedUbj('S'.concat(key('gbtree')), `S${long(6n)}gb\xfftre`), 'malformed'],
    ['bytes after the end', Uint8Array.from([...ubj, 0]), 'malformed'],
  ])('fails on %s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(`model/${code}`);
  });

  it.each([
    ['lists', '['],
    ['objects', `{${key('a')}`],
  ])('fails on ten thousand nested %s', (_, opening) => {
    expect(codeOf(latin1(`{${key('learner')}${opening.repeat(10_000)}`))).toBe('model/too-large');
  });

  it.each([
    ['a null', 'Z'],
    ['true', 'T'],
    ['false', 'F'],
    ['a list without a count', '[i\x01i\x02]'],
    ['bytes', `[$U#i\x01\x07`],
    ['8-bit integers', `[$i#U\x01\x07`],
    ['16-bit integers', `[$I#I\0\x01\0\x07`],
    ['doubles', `[$D#l\0\0\0\x01${'\0'.repeat(8)}`],
    ['64-bit integers', `[$L#${long(1n)}${'\0'.repeat(8)}`],
    ['a double', `D${'\0'.repeat(8)}`],
    ['a 64-bit integer', long(5n)],
  ])('reads past an unknown member that holds %s', (_, value) => {
    const bytes = editedUbj(key('attributes'), `${key('unknown')}${value}${key('attributes')}`);
    expect(readModel(bytes)).toEqual(readModel(ubj));
  });

  it('reads __proto__ like any other key', () => {
    const bytes = editedUbj(key('attributes'), `${key('__proto__')}{${key('trees')}Z}${key('attributes')}`);
    expect(readModel(bytes)).toEqual(readModel(ubj));
    expect('trees' in {}).toBe(false);
  });
});

describe('files that would take far more memory than their size', () => {
  const { parts, values, trees } = MODEL_LIMITS;
  const unknown = (piece: string, count: number): Uint8Array =>
    latin1(`{${key('a')}[${piece.repeat(count)}]}`);

  it.each([
    ['empty objects', unknown('{}', parts)],
    ['empty lists', unknown('[]', parts)],
    ['empty typed lists', unknown('[$U#U\0', parts)],
    ['members of objects', latin1(`{${'U\x01aZ'.repeat(parts)}}`)],
    ['nulls', unknown('Z', values)],
    ['counted nulls', latin1(`{${key('a')}[#${long(BigInt(values))}${'Z'.repeat(values)}}`)],
    ['JSON objects', text(`{"a":[{}${',{}'.repeat(parts)}]}`)],
    ['JSON lists', text(`{"a":[[]${',[]'.repeat(parts)}]}`)],
    ['JSON members', text(`{"a":1${',"a":1'.repeat(parts)}}`)],
    ['JSON texts', text(`{"a":[""${',""'.repeat(values)}]}`)],
  ])('fails on too many %s', (_, bytes) => {
    expect(codeOf(bytes)).toBe('model/too-large');
  });

  it('leaves the inside of a JSON text out of the count', () => {
    expect(readModel(edited('"attributes":{}', `"attributes":{"a":"\\"${'{[:'.repeat(parts)}"}`))).toEqual(
      readModel(ubj),
    );
  });

  it('fails on JSON above its own size limit before reading it', () => {
    const bytes = new Uint8Array(MODEL_LIMITS.jsonBytes + 1).fill(0x20);
    bytes[0] = 0x7b;
    expect(codeOf(bytes)).toBe('model/too-large');
  });

  it.each([
    ['UBJSON', writeUbj],
    ['JSON', writeJson],
  ])('reads as many trees as a model may have, from %s', (_, write) => {
    const model = stumps(trees);
    expect(isDeepStrictEqual(readModel(write(model)).forest, model.forest)).toBe(true);
  });

  /** Trees of one split and two leaves, with names for their features. */
  function stumps(count: number): TreeModel {
    const each = (...nodes: number[]): number[] =>
      Array.from({ length: count * 3 }, (_, i) => nodes[i % 3] as number);
    const forest: Forest = {
      ...emptyForest(Int32Array.from({ length: count + 1 }, (_, i) => 3 * i)),
      feature: Int32Array.from(each(0, LEAF, LEAF)),
      value: Float32Array.from(each(0.5, -1, 1)),
      left: Int32Array.from(each(1, -1, -1)),
      right: Int32Array.from(each(2, -1, -1)),
      defaultLeft: Uint8Array.from(each(1, 0, 0)),
      gain: Float32Array.from(each(2, 0, 0)),
      cover: Float32Array.from(each(4, 2, 2)),
      weight: Float32Array.from(each(0, -1, 1)),
    };
    return { ...readModel(ubj), forest, treeOutput: new Int32Array(count) };
  }
});

describe('hostile documents', () => {
  const first = (name: string, value: string): Uint8Array =>
    edited(new RegExp(`"${name}":\\[[^\\]]*\\]`), `"${name}":${value}`);

  it.each([
    ['a node that is its own child', first('left_children', '[0,3,5,-1,-1,-1,-1]'), 'cycle'],
    ['a cycle', first('left_children', '[1,0,5,-1,-1,-1,-1]'), 'cycle'],
    ['two parents of one node', first('left_children', '[2,3,5,-1,-1,-1,-1]'), 'cycle'],
    ['a child past the end', first('left_children', '[1,7,5,-1,-1,-1,-1]'), 'out-of-range'],
    ['a child before the root', first('left_children', '[1,-2,5,-1,-1,-1,-1]'), 'out-of-range'],
    ['one child only', first('left_children', '[1,-1,5,-1,-1,-1,-1]'), 'out-of-range'],
    ['a child of 2^32', first('right_children', '[2,4294967300,6,-1,-1,-1,-1]'), 'out-of-range'],
    ['a child between two nodes', first('right_children', '[2,4.5,6,-1,-1,-1,-1]'), 'out-of-range'],
    ['a node that hangs on nothing', unreachable(), 'unreachable-node'],
    ['a feature past the last', first('split_indices', '[0,9,0,0,0,0,0]'), 'out-of-range'],
    ['a negative feature', first('split_indices', '[0,-1,0,0,0,0,0]'), 'out-of-range'],
    ['a threshold beyond float32', first('split_conditions', '[1e300,1,1,1,1,1,1]'), 'out-of-range'],
    ['a default direction of 7', first('default_left', '[7,0,0,0,0,0,0]'), 'out-of-range'],
    ['lists of different lengths', first('sum_hessian', '[1.0]'), 'bad-count'],
    ['text among numbers', first('sum_hessian', '["1"]'), 'malformed'],
    ['booleans among numbers', first('sum_hessian', '[true,true,true,true,true,true,true]'), 'malformed'],
    ['default directions of both kinds', first('default_left', '[true,0,1,0,0,0,0]'), 'malformed'],
    ['an object for a list', first('sum_hessian', '{}'), 'malformed'],
    ['a list for an object', edited(/"tree_param":\{[^}]*\}/, '"tree_param":[]'), 'malformed'],
    ['null for an object', edited(/"tree_param":\{[^}]*\}/, '"tree_param":null'), 'malformed'],
    ['text for an object', edited(/"tree_param":\{[^}]*\}/, '"tree_param":"x"'), 'malformed'],
    ['a lying number of nodes', edited('"num_nodes":"7"', '"num_nodes":"9223372036854775808"'), 'bad-count'],
    ['a smaller number of nodes', edited('"num_nodes":"7"', '"num_nodes":"6"'), 'bad-count'],
    ['a lying number of trees', edited('"num_trees":"2"', '"num_trees":"3"'), 'bad-count'],
    [
      'a negative number of features',
      edited('"num_feature":"5","num_target"', '"num_feature":"-5","num_target"'),
      'bad-count',
    ],
    [
      'two billion features',
      edited('"num_feature":"5","num_target"', '"num_feature":"2147483647","num_target"'),
      'too-large',
    ],
    ['too few names', edited(/"feature_names":\[[^\]]*\]/, '"feature_names":["a"]'), 'bad-count'],
    ['names that are no text', edited(/"feature_names":\[[^\]]*\]/, '"feature_names":[1]'), 'malformed'],
    ['names in no list', edited(/"feature_names":\[[^\]]*\]/, '"feature_names":"a"'), 'malformed'],
    [
      'no trees',
      edited(
        /"num_trees":"2"(.*)"trees":\[.*\]\},"name":"gbtree"/,
        '"num_trees":"0"$1"trees":[]},"name":"gbtree"',
      ),
      'bad-count',
    ],
    ['a tree without nodes', emptied(), 'bad-count'],
    [
      'an objective that is not supported',
      edited('"binary:logistic"', '"survival:aft"'),
      'unsupported-objective',
    ],
    ['a linear model', edited('"gbtree"', '"gblinear"'), 'unsupported-booster'],
    ['a booster nobody knows', edited('"gbtree"', '"gbforest"'), 'unsupported-booster'],
    ['dart without its trees', edited('"gbtree"', '"dart"'), 'malformed'],
    ['a split on categories that has none', first('split_type', '[1,0,0,0,0,0,0]'), 'bad-count'],
    ['a kind of split nobody knows', first('split_type', '[2,0,0,0,0,0,0]'), 'out-of-range'],
    ['categories that no split has', first('categories', '[1]'), 'bad-count'],
    ['split kinds for other nodes', first('split_type', '[0]'), 'bad-count'],
    ['a category below 0', categorical('[-1]'), 'out-of-range'],
    ['a category beyond float32', categorical('[16777216]'), 'out-of-range'],
    ['a category between two', categorical('[1.5]'), 'out-of-range'],
    ['a category twice', categorical('[3,3]', '[0]', '[2]'), 'out-of-range'],
    ['categories past the end of the list', categorical('[1]', '[0]', '[2]'), 'out-of-range'],
    ['categories before the list', categorical('[1]', '[-1]', '[1]'), 'out-of-range'],
    ['categories of a negative number', categorical('[1]', '[1]', '[-1]'), 'out-of-range'],
    ['categories without a size', categorical('[1]', '[0]', '[]'), 'out-of-range'],
    ['categories of a leaf', categorical('[1]', '[0]', '[1]', '[6]'), 'out-of-range'],
    ['categories of no node', categorical('[1]', '[0]', '[1]', '[99]'), 'out-of-range'],
    ['two sets of one node', categorical('[1,2]', '[0,1]', '[1,1]', '[0,0]'), 'out-of-range'],
    ['a dictionary for other features', edited('"enc":[]', '"enc":[{}]'), 'bad-count'],
    ['a dictionary without words', dictionary('{}'), 'malformed'],
    ['a word past the end', dictionary('{"offsets":[0,9],"values":[97]}'), 'out-of-range'],
    ['a word of negative length', dictionary('{"offsets":[1,0],"values":[97]}'), 'out-of-range'],
    ['a word twice', dictionary('{"offsets":[0,1,2],"values":[97,97]}'), 'out-of-range'],
    ['two classes and one start', edited('"num_class":"0"', '"num_class":"2147483647"'), 'too-large'],
    ['a tree for another output', first('tree_info', '[1,0]'), 'out-of-range'],
    ['a tree without an output', first('tree_info', '[0]'), 'bad-count'],
    ['vector leaves', edited('"size_leaf_vector":"1"', '"size_leaf_vector":"3"'), 'unsupported-booster'],
    ['a base_score that is a number', edited(/"base_score":"[^"]*"/, '"base_score":0.5'), 'malformed'],
    [
      'a base_score of two numbers',
      edited(/"base_score":"[^"]*"/, '"base_score":"[5E-1,5E-1]"'),
      'bad-count',
    ],
    ['a base_score that is no number', edited(/"base_score":"[^"]*"/, '"base_score":"[NaN]"'), 'malformed'],
    [
      'a base_score that is no probability',
      edited(/"base_score":"[^"]*"/, '"base_score":"[2E0]"'),
      'out-of-range',
    ],
    ['a base_score of 0', edited(/"base_score":"[^"]*"/, '"base_score":"[0E0]"'), 'out-of-range'],
    ['ten thousand nested lists', text(`{"learner":${'['.repeat(1e4)}${']'.repeat(1e4)}}`), 'malformed'],
  ])('fails on %s', (_, bytes, code) => {
    expect(codeOf(bytes)).toBe(`model/${code}`);
  });

  it('ignores members of a prototype', () => {
    const proto = edited(
      '"learner":{',
      '"__proto__":{"learner":1},"constructor":1,"learner":{"__proto__":{"trees":[]},',
    );
    expect(readModel(proto)).toEqual(readModel(ubj));
    expect(codeOf(edited('"learner":{', '"__proto__":{'))).toBe('model/malformed');
  });

  it('reads the shapes of earlier versions: a scalar base_score, no cats, no names', () => {
    const old = edited(/"base_score":"\[([^\]]*)\]"/, '"base_score":"$1"');
    expect(readModel(old)).toEqual(readModel(ubj));
    const noCats = edited(/"cats":\{[^}]*\},/, '');
    expect(readModel(noCats)).toEqual(readModel(ubj));
    const noNames = edited(/"feature_names":\[[^\]]*\],"feature_types":\[[^\]]*\],/, '');
    expect(readModel(noNames).featureNames).toEqual([]);
    const noCategories = edited(/"categories":\[\],/, '');
    expect(readModel(noCategories)).toEqual(readModel(ubj));
    const noTypes = edited(/"split_type":\[[^\]]*\],/, '');
    expect(readModel(noTypes)).toEqual(readModel(ubj));
  });

  it('reads default directions as the JSON booleans that earlier versions wrote', () => {
    const flags = /"default_left":\[([^\]]*)\]/g;
    const booleans = json.replaceAll(flags, (list) => list.replaceAll('1', 'true').replaceAll('0', 'false'));
    expect(booleans).toContain('"default_left":[true,false,true,');
    expect(readModel(text(booleans))).toEqual(readModel(ubj));
  });
});

describe('randomly damaged files', () => {
  it.each([
    ['binf', fixture('versions/1.7.6/dart.binf')],
    ['UBJSON with categories', fixture('versions/3.2.0/dart-categories.ubj')],
    ['JSON with categories', fixture('versions/1.7.6/partition.json')],
    ['UBJSON', ubj],
    ['JSON', text(json)],
  ])('either loads or fails with a model code after byte flips in %s', (_, bytes) => {
    const random = Random.fromSeed(2026);
    const outcomes = new Set<string>();
    for (let run = 0; run < 2_000; run++) {
      const damaged = bytes.slice();
      for (let flips = 1 + random.below(3); flips > 0; flips--) {
        damaged[random.below(damaged.length)] = random.below(256);
      }
      outcomes.add(outcomeOf(damaged));
    }
    expect([...outcomes].filter((code) => code !== 'loaded' && !code.startsWith('model/'))).toEqual([]);
    expect(outcomes.size).toBeGreaterThan(3);
  });
});

/** The tiny model, the second child of its root turned into a leaf: two nodes are left over. */
function unreachable(): Uint8Array {
  const left = json.replace(/"left_children":\[[^\]]*\]/, '"left_children":[1,3,-1,-1,-1,-1,-1]');
  return text(left.replace(/"right_children":\[[^\]]*\]/, '"right_children":[2,4,-1,-1,-1,-1,-1]'));
}

/** The tiny model, all lists of its first tree empty. */
function emptied(): Uint8Array {
  const start = json.indexOf('"trees":[{');
  const end = json.indexOf('"tree_param"', start);
  const tree = json.slice(start, end).replace(/:\[(?!\{)[^\]]*\]/g, ':[]');
  return text(json.slice(0, start) + tree + json.slice(end).replace('"num_nodes":"7"', '"num_nodes":"0"'));
}

/** The tiny model, the root of its first tree a split on these categories. */
function categorical(codes: string, segments = '[0]', sizes = '[1]', nodes = '[0]'): Uint8Array {
  const lists = {
    categories: codes,
    categories_nodes: nodes,
    categories_segments: segments,
    categories_sizes: sizes,
  };
  const typed = json.replace(/"split_type":\[[^\]]*\]/, '"split_type":[1,0,0,0,0,0,0]');
  return text(
    Object.entries(lists).reduce((all, [key, list]) => all.replace(`"${key}":[]`, `"${key}":${list}`), typed),
  );
}

/** The tiny model with a dictionary whose first feature is this. */
function dictionary(words: string): Uint8Array {
  const none = '{"offsets":[],"values":[]}';
  return edited('"enc":[]', `"enc":[${[words, none, none, none, none].join(',')}]`);
}

/** `loaded` for a model that also scores, else the code of the failure. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    const model = readModel(bytes);
    scoreOutputs(model, new Float32Array(model.numFeatures).fill(1));
    return 'loaded';
  } catch (error) {
    return failureCode(() => {
      throw error;
    });
  }
}
