/** Every tree laid out for explaining: nodes in preorder, and the path of features to each leaf. */

import { RuntimeFailure } from '../errors.ts';
import { LEAF, type TreeModel, treeCount } from '../trees/model.ts';

/** Features on one path at most: each has a bit. */
const MAX_PATH = 30;

/** A way to a leaf; of several conditions on one feature there is one entry. */
export interface LeafPath {
  /** The leaf's contribution to the margin. */
  readonly value: number;
  readonly output: number;
  /** Columns on the path, in the order of their bits. */
  readonly features: Int32Array;
  /** Per feature the share of training rows that its conditions let through, 0 to 1. */
  readonly shares: Float64Array;
}

/** All nodes of all trees, each tree in preorder, left before right. */
export interface Layout {
  /** The node's place in the forest. */
  readonly at: Int32Array;
  readonly depth: Uint8Array;
  /** 1 at a right child. */
  readonly isRight: Uint8Array;
  /** At a split the bit of its feature on the path; at a leaf its place in `leaves`. */
  readonly bitOrLeaf: Int32Array;
  readonly leaves: readonly LeafPath[];
}

/**
 * Lays out a model.
 *
 * @throws RuntimeFailure `explain/too-deep` for a path over more than 30 features.
 */
export function layOut(model: TreeModel): Layout {
  const { forest } = model;
  const size = forest.feature.length;
  const layout = {
    at: new Int32Array(size),
    depth: new Uint8Array(size),
    isRight: new Uint8Array(size),
    bitOrLeaf: new Int32Array(size),
  };
  const leaves: LeafPath[] = [];
  let used = 0;
  for (let tree = 0; tree < treeCount(forest); tree++) {
    const start = forest.starts[tree] as number; // one entry more than trees
    const output = model.treeOutput[tree] as number;
    const visit = (node: number, depth: number, isRight: number, path: Path): void => {
      const at = start + node;
      const slot = used++;
      layout.at[slot] = at;
      layout.depth[slot] = depth;
      layout.isRight[slot] = isRight;
      const column = forest.feature[at] as number;
      if (column === LEAF) {
        layout.bitOrLeaf[slot] = leaves.length;
        const value = forest.value[at] as number;
        leaves.push({
          value,
          output,
          features: Int32Array.from(path.features),
          shares: Float64Array.from(path.shares),
        });
        return;
      }
      const [left, right] = [forest.left[at] as number, forest.right[at] as number];
      const { bit, features } = bitOf(column, path.features);
      layout.bitOrLeaf[slot] = 1 << bit;
      for (const child of [left, right]) {
        const shares = [...path.shares];
        shares[bit] = (shares[bit] ?? 1) * shareOf(forest.cover, at, start + child);
        visit(child, depth + 1, child === right ? 1 : 0, { features, shares });
      }
    };
    visit(0, 0, 0, { features: [], shares: [] });
  }
  // Deleted nodes are reached by nobody.
  return {
    at: layout.at.subarray(0, used),
    depth: layout.depth.subarray(0, used),
    isRight: layout.isRight.subarray(0, used),
    bitOrLeaf: layout.bitOrLeaf.subarray(0, used),
    leaves,
  };
}

interface Path {
  readonly features: readonly number[];
  readonly shares: readonly number[];
}

function bitOf(column: number, features: readonly number[]): { bit: number; features: readonly number[] } {
  const known = features.indexOf(column);
  if (known >= 0) return { bit: known, features };
  if (features.length === MAX_PATH)
    throw new RuntimeFailure('explain/too-deep', `a path splits on more than ${MAX_PATH} features`, {
      fix: `train with maxDepth of at most ${MAX_PATH}`,
    });
  return { bit: features.length, features: [...features, column] };
}

/** A child's share of its parent's training rows; half where nothing says. */
function shareOf(cover: Float32Array, parent: number, child: number): number {
  const all = cover[parent] as number;
  return all > 0 ? (cover[child] as number) / all : 0.5;
}
