import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeFailure } from '../../lambdas/core/errors.ts';
import { readModel } from '../../lambdas/core/trees/format/model-file.ts';
import { scoreOutputs } from '../../lambdas/core/trees/scoring/score.ts';
import { fixture } from '../core/trees/samples.ts';
import { bytesOf, type Case, type Corpus } from './corpus.ts';

/** Reads a model and scores a row of it: what is accepted must be walked to its end. */
function run(input: Uint8Array): string {
  try {
    const model = readModel(input);
    scoreOutputs(model, new Float32Array(model.numFeatures).fill(1));
    return 'accepted';
  } catch (error) {
    if (error instanceof RuntimeFailure) return error.code;
    throw error;
  }
}

const FOLDER = join(import.meta.dirname, '../fixtures/xgboost/versions');
const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ubj|json|binf)$/.test(name))
  .sort()
  .map((name) => ({ name, bytes: fixture(`versions/${name}`) }));
const tiny = fixture('tiny.ubj');
const json = Buffer.from(fixture('tiny.json')).toString();
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** A file that ends early, at these shares of its length; 1.7 writes what no score needs behind the trees of `binf`. */
const cuts = files
  .filter(({ name }) => !name.endsWith('.binf'))
  .flatMap(({ name, bytes }): Case[] =>
    [0.1, 0.5, 0.9].map((share) => ({
      title: `${name} cut at ${share * 100} %`,
      input: bytes.slice(0, Math.floor(bytes.byteLength * share)),
      expected: 'model/truncated',
    })),
  );
const whole = files.map(({ name, bytes }): Case => ({ title: name, input: bytes, expected: 'accepted' }));

const edited = (title: string, from: string | RegExp, to: string, expected: string): Case => {
  const changed = json.replace(from, to);
  if (changed === json) throw new Error(`'${title}' changes nothing`);
  return { title, input: bytesOf(changed), expected: `model/${expected}` };
};
const list = (name: string, value: string, expected: string): Case =>
  edited(
    `${name} ${value.slice(0, 40)}`,
    new RegExp(`"${name}":\\[[^\\]]*\\]`),
    `"${name}":${value}`,
    expected,
  );
const other = (title: string, content: string | Uint8Array, expected: string): Case => ({
  title,
  input: typeof content === 'string' ? latin1(content) : content,
  expected: `model/${expected}`,
});

/** In a UBJSON file of a few bytes: a value under a key. */
const ubjson = (title: string, value: string, expected: string): Case =>
  other(`UBJSON with ${title}`, `{L\0\0\0\0\0\0\0\x01a${value}`, expected);
const MOST = '\x10\0\0\0'; // as many elements as a file may have bytes

export const MODELS: Corpus = {
  name: 'models',
  run,
  good: files.filter(({ bytes }) => bytes.byteLength < 40_000).map(({ bytes }) => bytes),
  tokens: [
    '{',
    '}',
    '[',
    ']',
    '[$l#L',
    '[$d#L',
    '[$U#U',
    'L\x7f\xff\xff\xff\xff\xff\xff\xff',
    'L\x80\0\0\0\0\0\0\0',
    'Z',
    'T',
    'NaN',
    'null',
    '-1',
    '2147483647',
    '9223372036854775808',
    '1e300',
    '"learner":',
    'trees',
    '__proto__',
    '\0\0\0\0',
    '\xff\xff\xff\xff',
  ],
  cases: [
    ...whole,
    ...cuts,
    other('a pickle', '\x80\x04\x95', 'pickle'),
    other('an old pickle', '\x80\x02}q\x00.', 'pickle'),
    other('a zip archive', 'PK\x03\x04', 'not-a-model'),
    other('gzip data', '\x1f\x8b\x08', 'not-a-model'),
    other('a tar archive', `model/../evil${'\0'.repeat(500)}`, 'not-a-model'),
    other('an ELF program', '\x7fELF', 'not-a-model'),
    other('an ONNX model', '\x08\x07\x12\x07pytorch', 'not-a-model'),
    other('text', 'hello', 'not-a-model'),
    other('nothing', new Uint8Array(), 'truncated'),
    other('a zero', '\0', 'not-a-model'),
    other('the start of the old binary format', 'binf\0\0', 'truncated'),
    other('an object with a foreign marker', '{Zx', 'not-a-model'),
    other('other JSON', '{"a": 1}', 'malformed'),
    other('a JSON list', '[1, 2]', 'not-a-model'),
    other('JSON that is not UTF-8', '{"\xff": 1}', 'malformed'),
    other('bytes after the end', Uint8Array.from([...tiny, 0]), 'malformed'),
    other('ten thousand nested lists', `{L\0\0\0\0\0\0\0\x07learner${'['.repeat(10_000)}`, 'too-large'),
    ubjson('2^63 - 1 elements', '[#L\x7f\xff\xff\xff\xff\xff\xff\xff', 'bad-count'),
    ubjson('-2^63 elements', '[#L\x80\0\0\0\0\0\0\0', 'bad-count'),
    ubjson('-1 elements', '[#i\xff', 'bad-count'),
    ubjson('half an element', '[#d\x3f\0\0\0', 'bad-count'),
    ubjson('NaN elements', '[#d\x7f\xc0\0\0', 'bad-count'),
    ubjson('elements counted by a text', '[#Si\x011', 'malformed'),
    ubjson('far more elements than bytes', `[#l${MOST}`, 'truncated'),
    ...[...'UiIldDL'].map((type) =>
      ubjson(`far more numbers of type ${type} than bytes`, `[$${type}#l${MOST}`, 'truncated'),
    ),
    ...[...'ZTFN'].map((type) =>
      ubjson(`elements without bytes, ${type}`, `[$${type}#l${MOST}`, 'malformed'),
    ),
    ubjson('lists in a typed list', `[$[#l${MOST}`, 'malformed'),
    ubjson('a typed list without a count', '[$lU\x05', 'malformed'),
    ubjson('a counted object', '{#i\x01', 'malformed'),
    ubjson('a text longer than the file', `Sl${MOST}`, 'truncated'),
    ubjson('a text of length -1', 'Si\xff', 'bad-count'),
    ubjson('a key longer than the file', `{l${MOST}`, 'truncated'),
    ubjson('a text that is not UTF-8', 'Si\x02\xc0\xaf', 'malformed'),
    list('left_children', '[0,3,5,-1,-1,-1,-1]', 'cycle'),
    list('left_children', '[1,0,5,-1,-1,-1,-1]', 'cycle'),
    list('left_children', '[2,3,5,-1,-1,-1,-1]', 'cycle'),
    list('left_children', '[1,7,5,-1,-1,-1,-1]', 'out-of-range'),
    list('left_children', '[1,-2,5,-1,-1,-1,-1]', 'out-of-range'),
    list('right_children', '[2,4294967300,6,-1,-1,-1,-1]', 'out-of-range'),
    list('right_children', '[2,4.5,6,-1,-1,-1,-1]', 'out-of-range'),
    list('split_indices', '[0,9,0,0,0,0,0]', 'out-of-range'),
    list('split_indices', '[0,-1,0,0,0,0,0]', 'out-of-range'),
    list('split_conditions', '[1e300,1,1,1,1,1,1]', 'out-of-range'),
    list('default_left', '[7,0,0,0,0,0,0]', 'out-of-range'),
    list('sum_hessian', '[1.0]', 'bad-count'),
    list('sum_hessian', '["1"]', 'malformed'),
    list('sum_hessian', '{}', 'malformed'),
    list('split_type', '[1,0,0,0,0,0,0]', 'bad-count'),
    list('split_type', '[2,0,0,0,0,0,0]', 'out-of-range'),
    list('categories', '[1]', 'bad-count'),
    list('tree_info', '[1,0]', 'out-of-range'),
    list('tree_info', '[0]', 'bad-count'),
    list('feature_names', '["a"]', 'bad-count'),
    list('feature_names', '[1]', 'malformed'),
    edited('a lying number of nodes', '"num_nodes":"7"', '"num_nodes":"9223372036854775808"', 'bad-count'),
    edited('a lying number of trees', '"num_trees":"2"', '"num_trees":"3"', 'bad-count'),
    edited(
      'two billion features',
      '"num_feature":"5","num_target"',
      '"num_feature":"2147483647","num_target"',
      'too-large',
    ),
    edited(
      'a negative number of features',
      '"num_feature":"5","num_target"',
      '"num_feature":"-5","num_target"',
      'bad-count',
    ),
    edited('two billion classes', '"num_class":"0"', '"num_class":"2147483647"', 'too-large'),
    edited(
      'an objective that is not supported',
      '"binary:logistic"',
      '"survival:aft"',
      'unsupported-objective',
    ),
    edited('a ranking', '"binary:logistic"', '"rank:ndcg"', 'unsupported-objective'),
    edited('a linear model', '"gbtree"', '"gblinear"', 'unsupported-booster'),
    edited('vector leaves', '"size_leaf_vector":"1"', '"size_leaf_vector":"3"', 'unsupported-booster'),
    edited('dart without its trees', '"gbtree"', '"dart"', 'malformed'),
    edited('a base_score of 0', /"base_score":"[^"]*"/, '"base_score":"[0E0]"', 'out-of-range'),
    edited('a base_score that is no number', /"base_score":"[^"]*"/, '"base_score":"[NaN]"', 'malformed'),
    edited('null for an object', /"tree_param":\{[^}]*\}/, '"tree_param":null', 'malformed'),
    edited('everything behind __proto__', '"learner":{', '"__proto__":{', 'malformed'),
  ],
};
