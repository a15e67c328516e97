/** Follows the validation metric while trees are added, and says when to stop. */

import type { FeatureMatrix } from '../matrix.ts';
import { LEAF } from '../model.ts';
import type { BoosterParams } from '../spec.ts';
import type { GrownNode } from './grow.ts';
import { type HalfLosses, halfLosses, metricOf } from './loss.ts';
import type { LabelledMatrix } from './training-data.ts';

export class TrainingProgress {
  /** The metric after each round. */
  readonly history: number[] = [];
  /** The losses of the validation rows' halves after each round. */
  readonly halves: HalfLosses[] = [];
  /** The first round with the lowest metric. */
  bestIteration = 0;
  private readonly data: LabelledMatrix;
  private readonly params: BoosterParams;
  private readonly margins: Float32Array;

  constructor(data: LabelledMatrix, params: BoosterParams, baseMargin: number) {
    this.data = data;
    this.params = params;
    this.margins = new Float32Array(data.matrix.rows).fill(baseMargin);
  }

  /** Takes one more tree into account and returns the metric. */
  add(tree: readonly GrownNode[]): number {
    const { matrix, labels } = this.data;
    for (let row = 0; row < matrix.rows; row++) {
      this.margins[row] = (this.margins[row] as number) + leafValue(tree, matrix, row);
    }
    const { objective } = this.params;
    const losses = halfLosses(objective, this.margins, labels);
    const metric = metricOf(objective, losses, matrix.rows);
    this.halves.push(losses);
    this.history.push(metric);
    if (metric < (this.history[this.bestIteration] as number)) this.bestIteration = this.history.length - 1;
    return metric;
  }

  /** Whether the last `earlyStoppingRounds` rounds brought no improvement. */
  get hasStalled(): boolean {
    const patience = this.params.earlyStoppingRounds ?? Number.POSITIVE_INFINITY;
    return this.history.length - 1 - this.bestIteration >= patience;
  }
}

function leafValue(tree: readonly GrownNode[], { columns }: FeatureMatrix, row: number): number {
  // A tree just grown on as many columns: its nodes and columns exist.
  let node = tree[0] as GrownNode;
  while (node.feature !== LEAF) {
    const x = (columns[node.feature] as Float32Array)[row] as number;
    const goesLeft = x < node.value || (node.defaultLeft && Number.isNaN(x));
    node = tree[goesLeft ? node.left : node.right] as GrownNode;
  }
  return node.value;
}
