/**
 * XGBoost's old binary format, "binf": little-endian structs as they lay in memory, written by versions up to 3.0 and
 * by SageMaker's 1.7 container. Layout: dmlc/xgboost at release 1.7, src/learner.cc (LearnerModelParamLegacy),
 * src/gbm/gbtree_model.h (GBTreeModelParam), include/xgboost/tree_model.h (TreeParam, Node, RTreeNodeStat).
 * It cannot hold splits on categories. Feature names are attributes that trees do not need; they are not read.
 */

import { RuntimeFailure } from '../../errors.ts';
import { checkLimit, DELETED, emptyForest, type Forest, LEAF, type TreeModel } from '../model.ts';
import { validateForest } from '../validate-forest.ts';
import { checkedTreeOutput, startOf, toObjective, unsupportedBooster } from './read-document.ts';
import { weighTrees } from './read-forest.ts';

const MAGIC = 'binf';
/** Sizes of the structs, reserved space included. */
const LEARNER = 136;
const MODEL = 160;
const TREE = 148;
const NODE = 20;
const STATISTICS = 16;
/** `sindex` of a deleted node; else its highest bit says that missing values go left. */
const DELETED_INDEX = 0xffffffff;

/** Whether the bytes are of this format. */
export function startsWithBinf(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/**
 * The validated model in the bytes.
 *
 * @throws RuntimeFailure with a `model/` code, as in `readModel`.
 */
export function readBinf(bytes: Uint8Array): TreeModel {
  const reader = new Reader(bytes, MAGIC.length);
  const learner = reader.take(LEARNER);
  const numFeatures = learner.getUint32(4, true);
  const outputs = Math.max(learner.getInt32(8, true), learner.getUint32(28, true), 1);
  if (learner.getUint32(20, true) === 0)
    throw new RuntimeFailure('model/unsupported-format', 'the model was written by an XGBoost before 1.0', {
      fix: "load it with XGBoost 1.7 and save it again as 'model.ubj'",
    });
  checkLimit('outputs', outputs);
  const objective = toObjective(reader.text());
  const booster = reader.text();
  if (booster !== 'gbtree' && booster !== 'dart')
    throw unsupportedBooster(
      booster === 'gblinear' ? 'a linear model (gblinear)' : `booster '${booster.slice(0, 60)}'`,
    );
  const model = reader.take(MODEL);
  const trees = model.getInt32(0, true);
  const forest = readTrees(reader, trees);
  const info = reader.list(trees, 4, (view, at) => view.getInt32(at, true));
  if (booster === 'dart') {
    const count = reader.count();
    weighTrees(
      forest,
      reader.list(count, 4, (view, at) => view.getFloat32(at, true)),
    );
  }
  validateForest(forest, numFeatures);
  const parallelTrees = Math.max(model.getInt32(4, true), 1);
  checkLimit('trees', parallelTrees);
  return {
    ...startOf(objective, [learner.getFloat32(0, true)], outputs),
    objective,
    numFeatures,
    featureNames: [],
    featureTypes: [],
    categoryNames: [],
    forest,
    treeOutput: checkedTreeOutput(info, forest, outputs),
    parallelTrees,
  };
}

/** Each tree: its header, its nodes, their statistics. */
function readTrees(reader: Reader, trees: number): Forest {
  if (trees < 1) throw new RuntimeFailure('model/bad-count', `${trees} trees declared`);
  checkLimit('trees', trees);
  const parts: { readonly nodes: DataView; readonly statistics: DataView }[] = [];
  const starts = new Int32Array(trees + 1);
  for (let tree = 0; tree < trees; tree++) {
    const header = reader.take(TREE);
    const nodes = header.getInt32(4, true);
    if (nodes < 1) throw new RuntimeFailure('model/bad-count', `tree ${tree} declares ${nodes} nodes`);
    if (header.getInt32(20, true) > 1)
      throw unsupportedBooster('a tree with several outputs (multi_output_tree)');
    parts.push({ nodes: reader.take(nodes * NODE), statistics: reader.take(nodes * STATISTICS) });
    starts[tree + 1] = (starts[tree] as number) + nodes; // entry `tree` was written before
  }
  const forest = emptyForest(starts);
  parts.forEach(({ nodes, statistics }, tree) => {
    const start = starts[tree] as number;
    for (let i = 0; i * NODE < nodes.byteLength; i++) fillNode(forest, start + i, nodes, statistics, i);
  });
  return forest;
}

function fillNode(forest: Forest, at: number, nodes: DataView, statistics: DataView, i: number): void {
  const from = i * NODE;
  const left = nodes.getInt32(from + 4, true);
  const index = nodes.getUint32(from + 12, true);
  forest.left[at] = left;
  forest.right[at] = nodes.getInt32(from + 8, true);
  if (index === DELETED_INDEX) forest.feature[at] = DELETED;
  else forest.feature[at] = left === -1 ? LEAF : index & 0x7fffffff;
  forest.defaultLeft[at] = index >>> 31;
  forest.value[at] = nodes.getFloat32(from + 16, true);
  forest.gain[at] = statistics.getFloat32(i * STATISTICS, true);
  forest.cover[at] = statistics.getFloat32(i * STATISTICS + 4, true);
  forest.weight[at] = statistics.getFloat32(i * STATISTICS + 8, true);
}

/** Goes through the bytes; nothing is allocated by a count before the bytes are known to be there. */
class Reader {
  private readonly bytes: Uint8Array;
  private at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  take(length: number): DataView {
    if (length > this.bytes.length - this.at)
      throw new RuntimeFailure('model/truncated', 'the model file ends too early', {
        fix: 'copy or train it again; its size or digest should be checked on the way',
      });
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, length);
    this.at += length;
    return view;
  }

  /** A count of 64 bits. */
  count(): number {
    return Number(this.take(8).getBigUint64(0, true));
  }

  list(count: number, width: number, read: (view: DataView, at: number) => number): number[] {
    const view = this.take(count * width);
    return Array.from({ length: count }, (_, i) => read(view, i * width));
  }

  text(): string {
    const view = this.take(this.count());
    return new TextDecoder('latin1').decode(view);
  }
}
