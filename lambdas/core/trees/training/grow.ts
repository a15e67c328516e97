/** Grows one tree, depth first, reusing one histogram per level. */

import { LEAF } from '../model.ts';
import type { BoosterParams } from '../spec.ts';
import type { Histogram, TrainingMemory } from './memory.ts';
import { findSplit, leafWeight, type NodeSplit } from './split.ts';

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

/** Holds what all trees of one training share. */
export class TreeGrower {
  private readonly workspace: TrainingMemory;
  private readonly params: BoosterParams;
  private readonly free: Histogram[];
  private nodes: GrownNode[] = [];
  private columns: Int32Array = new Int32Array();

  /** Each tree adds its leaf values to the workspace's margins. */
  constructor(workspace: TrainingMemory, params: BoosterParams) {
    this.workspace = workspace;
    this.params = params;
    this.free = [...workspace.histograms];
  }

  /** One tree from the present gradients, splitting only on `columns`; its root is node 0. */
  grow(columns: Int32Array): GrownNode[] {
    const { rows, gradients } = this.workspace;
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
    this.workspace.fillHistogram(histogram, root.begin, root.end);
    this.divide(root, histogram);
    return this.nodes;
  }

  /** Splits a node as long as it pays. The histogram is the node's, and is given back. */
  private divide(segment: Segment, histogram: Histogram): void {
    const { first, second } = segment;
    const split = findSplit(histogram, this.workspace.bins, this.columns, first, second, this.params);
    if (split === undefined) {
      this.free.push(histogram);
      this.addLeaf(segment);
      return;
    }
    const [left, right] = this.splitSegment(segment, split);
    if (segment.depth + 1 === this.params.maxDepth) {
      this.free.push(histogram);
      this.addLeaf(left);
      this.addLeaf(right);
      return;
    }
    const [small, large] = left.end - left.begin <= right.end - right.begin ? [left, right] : [right, left];
    const ofSmall = this.borrow();
    this.workspace.fillHistogram(ofSmall, small.begin, small.end);
    this.workspace.subtractHistogram(histogram, ofSmall);
    this.divide(small, ofSmall);
    this.divide(large, histogram);
  }

  private splitSegment(segment: Segment, split: NodeSplit): [Segment, Segment] {
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
    const middle = this.workspace.partition(begin, end, { ...split, missingLeft: split.defaultLeft });
    return [
      { node: left, depth: depth + 1, begin, end: middle, first: leftFirst, second: leftSecond },
      { node: right, depth: depth + 1, begin: middle, end, first: rightFirst, second: rightSecond },
    ];
  }

  private addNode(first: number, second: number): number {
    const weight = Math.fround(leafWeight(first, second, this.params) * this.params.eta);
    const nothing = { feature: LEAF, value: weight, left: -1, right: -1, defaultLeft: false, gain: 0 };
    return this.nodes.push({ ...nothing, cover: Math.fround(second), weight }) - 1;
  }

  private addLeaf({ node, begin, end }: Segment): void {
    const { value } = this.nodes[node] as GrownNode;
    const { rows, margins } = this.workspace;
    for (let i = begin; i < end; i++) {
      const row = rows[i] as number;
      margins[row] = (margins[row] as number) + value;
    }
  }

  private borrow(): Histogram {
    return this.free.pop() as Histogram; // no more nodes than levels are open at once
  }
}
