/**
 * Batches of rows through the trees without comparing floats and without branches.
 *
 * Each value is replaced once by its rank: how many of the model's own thresholds on that feature are at or
 * below it. `value < threshold[k]` is then `rank <= k`, an integer comparison whose sign bit picks the child.
 * Missing values take two ranks: below all in one column, above all in another, and each node reads the
 * column of its default direction. Leaves lead to themselves, so that four rows can walk in step.
 */

import type { FeatureMatrix } from './matrix.ts';
import { LEAF, type TreeModel, treeCount } from './model.ts';

/** Rows per block: their ranks and margins stay in the processor's first cache. */
const BLOCK = 64;
/** A rank above every threshold's. */
const TOP = 0x7fffffff;
/** Numbers per node in `nodes`: rank column, threshold's rank, left child (right follows it), padding. */
const STRIDE = 4;

interface RankedForest {
  /** Each feature's thresholds, ascending, without repeats. */
  readonly thresholds: readonly Float32Array[];
  /** All nodes of all trees in `STRIDE` numbers each; children are offsets into this array. */
  readonly nodes: Int32Array;
  readonly leaf: Float32Array;
  /** Per tree: offset of the root and number of levels below it. */
  readonly roots: Int32Array;
  readonly depths: Int32Array;
  /** Margins per row, and the one that each tree adds to. */
  readonly outputs: number;
  readonly treeOutput: Int32Array;
}

/** Margins of every row of a matrix whose width was checked, row after row; the model has numeric splits only. */
export function scoreBlocks(model: TreeModel, matrix: FeatureMatrix): Float32Array {
  const forest = rankForest(model);
  const { outputs } = forest;
  const margins = new Float32Array(matrix.rows * outputs);
  const ranks = new Int32Array(BLOCK * 2 * model.numFeatures);
  // Whole groups of four; the places past the last row hold old ranks and are not copied.
  const block = new Float32Array(BLOCK * outputs);
  for (let from = 0; from < matrix.rows; from += BLOCK) {
    const rows = Math.min(BLOCK, matrix.rows - from);
    rankRows(forest.thresholds, matrix, from, rows, ranks);
    for (let at = 0; at < block.length; at += outputs) block.set(model.baseMargins, at);
    walk(forest, ranks, 2 * model.numFeatures, rows, block);
    margins.set(block.subarray(0, rows * outputs), from * outputs);
  }
  return margins;
}

function rankRows(
  thresholds: readonly Float32Array[],
  matrix: FeatureMatrix,
  from: number,
  rows: number,
  ranks: Int32Array,
): void {
  const width = 2 * thresholds.length;
  thresholds.forEach((edges, feature) => {
    const values = matrix.columns[feature] as Float32Array; // the width was checked
    let to = 2 * feature;
    for (let row = from; row < from + rows; row++, to += width) {
      const value = values[row] as number;
      const missing = Number.isNaN(value);
      const rank = missing ? 0 : rankOf(edges, value);
      ranks[to] = rank;
      ranks[to + 1] = missing ? TOP : rank;
    }
  });
}

/** How many edges are at or below the value. */
function rankOf(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function walk(forest: RankedForest, ranks: Int32Array, width: number, rows: number, out: Float32Array): void {
  const { nodes, leaf, roots, depths, outputs, treeOutput } = forest;
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree] as number;
    const depth = depths[tree] as number;
    for (let row = 0; row < rows; row += 4) {
      const r0 = row * width;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const r3 = r2 + width;
      let a = root;
      let b = root;
      let c = root;
      let d = root;
      // Every index is one that rankForest made; `as number` only satisfies the checker.
      for (let level = 0; level < depth; level++) {
        const ra = ranks[r0 + (nodes[a] as number)] as number;
        const rb = ranks[r1 + (nodes[b] as number)] as number;
        const rc = ranks[r2 + (nodes[c] as number)] as number;
        const rd = ranks[r3 + (nodes[d] as number)] as number;
        // The sign bit is 1 when the rank is above the threshold's: right, one node further.
        a = (nodes[a + 2] as number) + ((((nodes[a + 1] as number) - ra) >>> 31) << 2);
        b = (nodes[b + 2] as number) + ((((nodes[b + 1] as number) - rb) >>> 31) << 2);
        c = (nodes[c + 2] as number) + ((((nodes[c + 1] as number) - rc) >>> 31) << 2);
        d = (nodes[d + 2] as number) + ((((nodes[d + 1] as number) - rd) >>> 31) << 2);
      }
      const o0 = row * outputs + (treeOutput[tree] as number);
      const o1 = o0 + outputs;
      const o2 = o1 + outputs;
      const o3 = o2 + outputs;
      out[o0] = (out[o0] as number) + (leaf[a >> 2] as number);
      out[o1] = (out[o1] as number) + (leaf[b >> 2] as number);
      out[o2] = (out[o2] as number) + (leaf[c >> 2] as number);
      out[o3] = (out[o3] as number) + (leaf[d >> 2] as number);
    }
  }
}

function rankForest(model: TreeModel): RankedForest {
  const { starts, feature, value, left, right, defaultLeft } = model.forest;
  const thresholds = thresholdsOf(model);
  const trees = treeCount(model.forest);
  const nodes = new Int32Array(STRIDE * feature.length);
  const leaf = new Float32Array(feature.length);
  const roots = new Int32Array(trees);
  const depths = new Int32Array(trees);
  let used = 0;
  for (let tree = 0; tree < trees; tree++) {
    const start = starts[tree] as number;
    roots[tree] = STRIDE * used;
    // Level by level, both children of a node together: the right one follows the left.
    let level = [0];
    let first = used++;
    while (level.length > 0) {
      const next: number[] = [];
      for (const node of level) {
        const at = start + node;
        const to = STRIDE * first;
        const column = feature[at] as number;
        if (column === LEAF) {
          leaf[first] = value[at] as number;
          nodes.set([0, TOP, to], to);
        } else {
          const threshold = value[at] as number;
          const rank = rankOf(thresholds[column] as Float32Array, threshold) - 1;
          nodes.set([2 * column + 1 - (defaultLeft[at] as number), rank, STRIDE * used], to);
          next.push(left[at] as number, right[at] as number);
          used += 2;
        }
        first++;
      }
      if (next.length > 0) depths[tree] = (depths[tree] as number) + 1;
      level = next;
    }
  }
  const { baseMargins, treeOutput } = model;
  return { thresholds, nodes, leaf, roots, depths, outputs: baseMargins.length, treeOutput };
}

function thresholdsOf({ forest, numFeatures }: TreeModel): Float32Array[] {
  const sets = Array.from({ length: numFeatures }, () => new Set<number>());
  forest.feature.forEach((column, at) => {
    if (column >= 0) sets[column]?.add(forest.value[at] as number);
  });
  return sets.map((set) => Float32Array.from(set).sort());
}
