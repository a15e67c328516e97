/**
 * Batches of rows through the trees without comparing floats, without branches and without links between nodes.
 *
 * Values become ranks (ranks.ts), so that the sign bit of an integer difference picks the child. Missing values take
 * two ranks: below all in one column, above all in another, and each node reads the column of its default direction.
 * Every tree is filled up to a perfect one, the children of node i are 2i and 2i + 1, and six rows walk in step:
 * a processor does another row's step while it waits for memory (six were faster than four and eight when measured).
 */

import type { FeatureMatrix } from './matrix.ts';
import { LEAF, type TreeModel, treeCount } from './model.ts';
import { type RankTable, rankOf, rankTable } from './ranks.ts';

/** Rows per block: their ranks and margins stay in the processor's first cache. */
const BLOCK = 36;
/** Ranks lie in the upper half of a number, columns in the lower. */
const SHIFT = 16;
const LOWER = (1 << SHIFT) - 1;
/** A rank above every threshold's, and the most thresholds that leave room for it. */
const TOP = 0x7fff;
/** Deeper trees would be filled up with too much nothing. */
const DEEPEST = 10;

interface PerfectForest {
  readonly ranks: readonly RankTable[];
  /** Per node the position of its threshold in the upper half, the column of ranks in the lower. */
  readonly nodes: Int32Array;
  /** Each tree's leaves from left to right, at the places of its nodes. */
  readonly leaves: Float32Array;
  /** Per tree: where its places begin (the root is one further), its levels, the output it adds to. */
  readonly starts: Int32Array;
  readonly depths: Uint8Array;
  readonly treeOutput: Int32Array;
}

/**
 * Margins of every row of a matrix whose width was checked, row after row.
 *
 * @returns undefined for a model that does not fit: splits on categories, trees of more than ten levels, more than
 * 32,766 thresholds of one feature.
 */
export function scoreBlocks(model: TreeModel, matrix: FeatureMatrix): Float32Array | undefined {
  const forest = toPerfect(model);
  if (forest === undefined) return undefined;
  const outputs = model.baseMargins.length;
  const width = 2 * model.numFeatures;
  const margins = new Float32Array(matrix.rows * outputs);
  // Whole groups of six; the places past the last row hold old ranks and are not copied.
  const ranks = new Int32Array(BLOCK * width);
  const block = new Float32Array(BLOCK * outputs);
  for (let from = 0; from < matrix.rows; from += BLOCK) {
    const rows = Math.min(BLOCK, matrix.rows - from);
    rankRows(forest.ranks, matrix, from, rows, ranks);
    for (let at = 0; at < block.length; at += outputs) block.set(model.baseMargins, at);
    walk(forest, ranks, width, rows, block, outputs);
    margins.set(block.subarray(0, rows * outputs), from * outputs);
  }
  return margins;
}

function rankRows(
  tables: readonly RankTable[],
  matrix: FeatureMatrix,
  from: number,
  rows: number,
  ranks: Int32Array,
): void {
  const width = 2 * tables.length;
  for (let feature = 0; feature < tables.length; feature++) {
    const table = tables[feature] as RankTable;
    const values = matrix.columns[feature] as Float32Array; // the width was checked
    let to = 2 * feature;
    for (let row = from; row < from + rows; row++, to += width) {
      const value = values[row] as number;
      const missing = Number.isNaN(value);
      const rank = missing ? 0 : rankOf(table, value) << SHIFT;
      ranks[to] = rank;
      ranks[to + 1] = missing ? TOP << SHIFT : rank;
    }
  }
}

function walk(
  forest: PerfectForest,
  ranks: Int32Array,
  width: number,
  rows: number,
  out: Float32Array,
  outputs: number,
): void {
  const { nodes, leaves, starts, depths, treeOutput } = forest;
  for (let tree = 0; tree < depths.length; tree++) {
    const start = starts[tree] as number;
    const depth = depths[tree] as number;
    const output = treeOutput[tree] as number;
    const firstLeaf = start - (1 << depth);
    for (let row = 0; row < rows; row += 6) {
      const r0 = row * width;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const r3 = r2 + width;
      const r4 = r3 + width;
      const r5 = r4 + width;
      let a = 1;
      let b = 1;
      let c = 1;
      let d = 1;
      let e = 1;
      let f = 1;
      // Every index is one that toPerfect made; `as number` only satisfies the checker.
      for (let level = 0; level < depth; level++) {
        const n0 = nodes[start + a] as number;
        const n1 = nodes[start + b] as number;
        const n2 = nodes[start + c] as number;
        const n3 = nodes[start + d] as number;
        const n4 = nodes[start + e] as number;
        const n5 = nodes[start + f] as number;
        // Negative, and one more, when the rank is above the threshold's: right. Columns cannot make up for a rank.
        a = (a << 1) + ((n0 - (ranks[r0 + (n0 & LOWER)] as number)) >>> 31);
        b = (b << 1) + ((n1 - (ranks[r1 + (n1 & LOWER)] as number)) >>> 31);
        c = (c << 1) + ((n2 - (ranks[r2 + (n2 & LOWER)] as number)) >>> 31);
        d = (d << 1) + ((n3 - (ranks[r3 + (n3 & LOWER)] as number)) >>> 31);
        e = (e << 1) + ((n4 - (ranks[r4 + (n4 & LOWER)] as number)) >>> 31);
        f = (f << 1) + ((n5 - (ranks[r5 + (n5 & LOWER)] as number)) >>> 31);
      }
      const o0 = row * outputs + output;
      const o1 = o0 + outputs;
      const o2 = o1 + outputs;
      const o3 = o2 + outputs;
      const o4 = o3 + outputs;
      const o5 = o4 + outputs;
      out[o0] = (out[o0] as number) + (leaves[firstLeaf + a] as number);
      out[o1] = (out[o1] as number) + (leaves[firstLeaf + b] as number);
      out[o2] = (out[o2] as number) + (leaves[firstLeaf + c] as number);
      out[o3] = (out[o3] as number) + (leaves[firstLeaf + d] as number);
      out[o4] = (out[o4] as number) + (leaves[firstLeaf + e] as number);
      out[o5] = (out[o5] as number) + (leaves[firstLeaf + f] as number);
    }
  }
}

function toPerfect(model: TreeModel): PerfectForest | undefined {
  const { forest, numFeatures, treeOutput } = model;
  if (forest.rightCategories.size > 0 || 2 * numFeatures > LOWER) return undefined;
  const thresholds = thresholdsOf(model);
  if (thresholds.some(({ length }) => length >= TOP)) return undefined;
  const ranks = thresholds.map(rankTable);
  const trees = treeCount(forest);
  const depths = Uint8Array.from({ length: trees }, (_, tree) => depthOf(model, tree));
  if (depths.some((depth) => depth > DEEPEST)) return undefined;
  const starts = new Int32Array(trees + 1);
  depths.forEach((depth, tree) => {
    starts[tree + 1] = (starts[tree] as number) + (1 << depth); // entry `tree` was written before
  });
  const size = starts[trees] as number;
  // A place that no split takes lets every row go left, where the leaf is.
  const nodes = new Int32Array(size).fill(TOP << SHIFT);
  const leaves = new Float32Array(size);
  const place = (tree: number, node: number, at: number, levels: number): void => {
    const from = (forest.starts[tree] as number) + node;
    const column = forest.feature[from] as number;
    const value = forest.value[from] as number;
    const start = starts[tree] as number;
    if (column === LEAF) {
      leaves[start + (at << levels) - (1 << (depths[tree] as number))] = value;
      return;
    }
    const position = rankOf(ranks[column] as RankTable, value) - 1;
    nodes[start + at] = (position << SHIFT) | (2 * column + 1 - (forest.defaultLeft[from] as number));
    place(tree, forest.left[from] as number, 2 * at, levels - 1);
    place(tree, forest.right[from] as number, 2 * at + 1, levels - 1);
  };
  for (let tree = 0; tree < trees; tree++) place(tree, 0, 1, depths[tree] as number);
  return { ranks, nodes, leaves, starts, depths, treeOutput };
}

/** Levels below the root of a validated tree, at most 64. */
function depthOf({ forest }: TreeModel, tree: number): number {
  const start = forest.starts[tree] as number;
  const below = (node: number): number =>
    forest.feature[start + node] === LEAF
      ? 0
      : 1 + Math.max(below(forest.left[start + node] as number), below(forest.right[start + node] as number));
  return below(0);
}

function thresholdsOf({ forest, numFeatures }: TreeModel): Float32Array[] {
  const sets = Array.from({ length: numFeatures }, () => new Set<number>());
  forest.feature.forEach((column, at) => {
    if (column >= 0) sets[column]?.add(forest.value[at] as number);
  });
  return sets.map((set) => Float32Array.from(set).sort());
}
