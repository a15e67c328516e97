/** Grows one tree, depth first, reusing one histogram per level. */

import type { BinnedMatrix } from './bins.ts';
import { fillHistogram, type Histogram, subtractHistogram } from './histogram.ts';
import { LEAF } from './model.ts';
import type { BoosterParams } from './spec.ts';
import { findSplit, leafWeight, type Split } from './split.ts';

/** One node while the forest grows; children count from the tree's root. */
export interface GrownNode {
  feature: number;
  value: number;
  left: number;
  right: number;
  defaultLeft: boolean;
  gain: number;
  readonly cover: number;
  readonly weight: number;
}

/** A node's rows, `rows[begin]` to `rows[end - 1]`, and their sums of derivatives. */
interface Segment {
  readonly node: number;
  readonly depth: number;
  readonly begin: number;
  readonly end: number;
  readonly first: number;
  readonly second: number;
}

/** A bin number that no row has. */
const NO_BIN = 0x7fffffff;

/** Holds what all trees of one training share. */
export class TreeGrower {
  private readonly binned: BinnedMatrix;
  private readonly params: BoosterParams;
  private readonly gradients: Float64Array;
  private readonly margins: Float32Array;
  private readonly rows: Int32Array;
  private readonly spare: Int32Array;
  private readonly pool: Histogram[] = [];
  private nodes: GrownNode[] = [];
  private columns: Int32Array = new Int32Array();

  /** @param margins - One per row; each tree adds its leaf values to them. */
  constructor(binned: BinnedMatrix, params: BoosterParams, gradients: Float64Array, margins: Float32Array) {
    this.binned = binned;
    this.params = params;
    this.gradients = gradients;
    this.margins = margins;
    this.rows = new Int32Array(binned.rows);
    this.spare = new Int32Array(binned.rows);
  }

  /** One tree from the present gradients, splitting only on `columns`; its root is node 0. */
  grow(columns: Int32Array): GrownNode[] {
    const { rows, gradients } = this;
    this.nodes = [];
    this.columns = columns;
    let first = 0;
    let second = 0;
    for (let row = 0; row < rows.length; row++) {
      rows[row] = row;
      first += gradients[2 * row] as number;
      second += gradients[2 * row + 1] as number;
    }
    const root = { node: this.addNode(first, second), depth: 0, begin: 0, end: rows.length, first, second };
    const histogram = this.borrow();
    this.fill(histogram, root);
    this.divide(root, histogram);
    return this.nodes;
  }

  /** Splits a node as long as it pays. The histogram is the node's, and is given back. */
  private divide(segment: Segment, histogram: Histogram): void {
    const { first, second } = segment;
    const split = findSplit(histogram, this.binned, this.columns, first, second, this.params);
    if (split === undefined) {
      this.pool.push(histogram);
      this.addLeaf(segment);
      return;
    }
    const [left, right] = this.splitSegment(segment, split);
    if (segment.depth + 1 === this.params.maxDepth) {
      this.pool.push(histogram);
      this.addLeaf(left);
      this.addLeaf(right);
      return;
    }
    const [small, large] = left.end - left.begin <= right.end - right.begin ? [left, right] : [right, left];
    const ofSmall = this.borrow();
    this.fill(ofSmall, small);
    subtractHistogram(histogram, ofSmall);
    this.divide(small, ofSmall);
    this.divide(large, histogram);
  }

  private splitSegment(segment: Segment, split: Split): [Segment, Segment] {
    const { node, depth, begin, end, first, second } = segment;
    const { leftFirst, leftSecond } = split;
    const rightFirst = first - leftFirst;
    const rightSecond = second - leftSecond;
    const left = this.addNode(leftFirst, leftSecond);
    const right = this.addNode(rightFirst, rightSecond);
    Object.assign(this.nodes[node] as GrownNode, {
      feature: split.feature,
      value: split.threshold,
      left,
      right,
      defaultLeft: split.defaultLeft,
      gain: split.gain,
    });
    const middle = this.partition(begin, end, split);
    return [
      { node: left, depth: depth + 1, begin, end: middle, first: leftFirst, second: leftSecond },
      { node: right, depth: depth + 1, begin: middle, end, first: rightFirst, second: rightSecond },
    ];
  }

  /** Brings the rows that go left to the front, keeping the order on both sides; returns where right starts. */
  private partition(begin: number, end: number, split: Split): number {
    const { rows, spare, binned } = this;
    const { bins, features } = binned;
    // -1, no missing values in training, becomes NO_BIN too.
    const missing = split.defaultLeft ? (binned.missing[split.feature] as number) & NO_BIN : NO_BIN;
    let left = begin;
    let right = 0;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      const bin = bins[row * features + split.feature] as number;
      // 1 when the row goes left: its bin is below the split's, or is the one of missing values. Sign bits
      // and writing to both sides spare a branch that no processor can predict.
      const goesLeft = ((bin - split.bin) >>> 31) | (((bin ^ missing) - 1) >>> 31);
      rows[left] = row;
      spare[right] = row;
      left += goesLeft;
      right += 1 - goesLeft;
    }
    rows.set(spare.subarray(0, right), left);
    return left;
  }

  private addNode(first: number, second: number): number {
    const weight = Math.fround(leafWeight(first, second, this.params) * this.params.eta);
    const nothing = { feature: LEAF, value: weight, left: -1, right: -1, defaultLeft: false, gain: 0 };
    return this.nodes.push({ ...nothing, cover: Math.fround(second), weight }) - 1;
  }

  private addLeaf({ node, begin, end }: Segment): void {
    const { value } = this.nodes[node] as GrownNode;
    const { rows, margins } = this;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      margins[row] = (margins[row] as number) + value;
    }
  }

  private fill(histogram: Histogram, { begin, end }: Segment): void {
    fillHistogram(histogram, this.binned, this.gradients, this.rows, begin, end);
  }

  private borrow(): Histogram {
    return this.pool.pop() ?? new Float64Array(2 * (this.binned.first[this.binned.features] as number));
  }
}
