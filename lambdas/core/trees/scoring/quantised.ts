/**
 * Batches of rows through the trees without comparing floats, without branches and without links between nodes.
 *
 * Values become ranks (ranks.ts), so that the sign of an integer difference picks the child. Missing values take
 * two ranks: below all in one column, above all in another, and each node reads the column of its default direction.
 * Every tree is filled up to a perfect one, the children of node i are 2i and 2i + 1. The walk is assembly/walk.ts.
 */

import { createKernels } from '../kernels/kernels.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { LEAF, type TreeModel, treeCount } from '../model.ts';
import { type RankTable, rankOf, rankTable } from './ranks.ts';

/** Rows per block, in eights: their ranks and margins stay in the processor's first cache. */
const BLOCK = 64;
/** A rank above every threshold's, and the most thresholds that leave room for it: the largest of 16 bits. */
const TOP = 0x7fff;
/** Levels that the kernel compares whole: flatter trees are filled up. */
const FLATTEST = 3;
/** Deeper trees would need too many padding nodes. */
const DEEPEST = 10;
/** Bytes of a rank, and of a block's column of them. */
const RANK_BYTES = 4;
const COLUMN_BYTES = BLOCK * RANK_BYTES;

interface PerfectForest {
  readonly ranks: readonly RankTable[];
  /** Two numbers per node: where its column of ranks begins, in bytes, and the position of its threshold. */
  readonly nodes: Int32Array;
  /** Each tree's leaves from left to right, at the places of its nodes. */
  readonly leaves: Float32Array;
  /** Per tree: where its places begin (the root is one further), and its levels. */
  readonly starts: Int32Array;
  readonly depths: Int32Array;
}

/** Margins of every row of a matrix, row after row. */
type BlockScorer = (matrix: FeatureMatrix) => Float32Array;

/** Made at the first batch that is worth it. */
const scorers = new WeakMap<TreeModel, BlockScorer | undefined>();
/** Fewer rows are scored one by one before the trees of a model are filled up. */
const WORTH_ROWS = 256;

/**
 * Scores matrices of about so many rows, whose width was checked.
 *
 * @returns undefined for a model that does not fit: splits on categories, trees of more than ten levels, more than
 * 32,766 thresholds of one feature; and for a model's first small batches
 */
export function blockScorer(model: TreeModel, rows: number): BlockScorer | undefined {
  if (rows >= WORTH_ROWS && !scorers.has(model)) {
    const forest = toPerfect(model);
    scorers.set(model, forest && createScorer(forest, model));
  }
  return scorers.get(model);
}

function createScorer(forest: PerfectForest, model: TreeModel): BlockScorer {
  const { baseMargins, treeOutput, numFeatures } = model;
  const { ranks: tables } = forest;
  const outputs = baseMargins.length;
  const trees = forest.depths.length;
  const cells = 2 * numFeatures * BLOCK;
  const { kernels, arrays } = createKernels({
    nodes: ['i32', forest.nodes.length],
    leaves: ['f32', forest.leaves.length],
    starts: ['i32', forest.starts.length],
    depths: ['i32', trees],
    columns: ['i32', trees],
    shorts: ['i16', cells],
    ranks: ['i32', cells],
    out: ['f32', outputs * BLOCK],
  });
  const { nodes, leaves, starts, depths, columns, shorts, ranks, out } = arrays;
  nodes.set(forest.nodes);
  leaves.set(forest.leaves);
  starts.set(forest.starts);
  depths.set(forest.depths);
  columns.set(treeOutput.map((output) => output * out.BYTES_PER_ELEMENT * BLOCK));
  const places = [nodes, leaves, starts, depths, columns].map(({ byteOffset }) => byteOffset);
  const block = [shorts, ranks, out].map(({ byteOffset }) => byteOffset);
  return (matrix) => {
    const margins = new Float32Array(matrix.rows * outputs);
    for (let from = 0; from < matrix.rows; from += BLOCK) {
      // The places past the last row hold old ranks; what they add up to is not copied.
      const rows = Math.min(BLOCK, matrix.rows - from);
      rankRows(tables, matrix, from, rows, ranks);
      shorts.set(ranks);
      baseMargins.forEach((margin, output) => {
        out.fill(margin, output * BLOCK, (output + 1) * BLOCK);
      });
      kernels.walk(...places, trees, ...block, Math.ceil(rows / 8) * 8);
      for (let output = 0; output < outputs; output++)
        for (let row = 0, to = from * outputs + output; row < rows; row++, to += outputs)
          margins[to] = out[output * BLOCK + row] as number; // a block has room for its rows
    }
    return margins;
  };
}

/** Column by column, twice per feature. */
function rankRows(
  tables: readonly RankTable[],
  matrix: FeatureMatrix,
  from: number,
  rows: number,
  ranks: Int32Array,
): void {
  for (let feature = 0; feature < tables.length; feature++) {
    const table = tables[feature] as RankTable;
    const values = matrix.columns[feature] as Float32Array; // the width was checked
    const to = 2 * feature * BLOCK;
    for (let row = 0; row < rows; row++) {
      const value = values[from + row] as number;
      const missing = Number.isNaN(value);
      const rank = missing ? 0 : rankOf(table, value);
      ranks[to + row] = rank;
      ranks[to + BLOCK + row] = missing ? TOP : rank;
    }
  }
}

function toPerfect(model: TreeModel): PerfectForest | undefined {
  const { forest } = model;
  if (forest.rightCategories.size > 0) return undefined;
  const thresholds = thresholdsOf(model);
  if (thresholds.some(({ length }) => length >= TOP)) return undefined;
  const ranks = thresholds.map(rankTable);
  const trees = treeCount(forest);
  const depths = Int32Array.from({ length: trees }, (_, tree) => Math.max(FLATTEST, depthOf(model, tree)));
  if (depths.some((depth) => depth > DEEPEST)) return undefined;
  const starts = new Int32Array(trees + 1);
  depths.forEach((depth, tree) => {
    starts[tree + 1] = (starts[tree] as number) + (1 << depth); // entry `tree` was written before
  });
  const size = starts[trees] as number;
  // A place that no split takes lets every row go left, where the leaf is.
  const nodes = new Int32Array(2 * size);
  for (let at = 1; at < nodes.length; at += 2) nodes[at] = TOP;
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
    nodes[2 * (start + at)] = (2 * column + 1 - (forest.defaultLeft[from] as number)) * COLUMN_BYTES;
    nodes[2 * (start + at) + 1] = position;
    place(tree, forest.left[from] as number, 2 * at, levels - 1);
    place(tree, forest.right[from] as number, 2 * at + 1, levels - 1);
  };
  for (let tree = 0; tree < trees; tree++) place(tree, 0, 1, depths[tree] as number);
  return { ranks, nodes, leaves, starts, depths };
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
