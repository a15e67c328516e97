/** The memory of one training, and its inner loops over all rows (assembly/). */

import { createKernels, type Kernels } from '../kernels/kernels.ts';
import type { FeatureMatrix } from '../matrix.ts';
import { type Bins, cutFeatures, fillBins } from './bins.ts';

/** Two numbers per bin: the sum of first derivatives, the sum of second derivatives. */
export type Histogram = Float64Array;

/** Bin numbers below this fit 16 bits. */
const SMALL = 65_536;
/** A bin number that no row has. */
const NO_BIN = -1;

export interface RowData {
  readonly matrix: FeatureMatrix;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
}

export class TrainingMemory {
  readonly bins: Bins;
  /** One per row, float32. */
  readonly margins: Float32Array;
  /** Two numbers per row: first and second derivative of the loss by the margin, times the weight. */
  readonly gradients: Float64Array;
  readonly labels: Float64Array;
  readonly weights: Float64Array;
  /** Numbers of the rows; a node's lie side by side. */
  readonly rows: Uint32Array;
  /** One per level of a tree: the node's on the way down. */
  readonly histograms: readonly Histogram[];
  private readonly features: number;
  private readonly spare: number;
  private readonly byRow: number;
  private readonly byColumn: Uint16Array | Uint32Array;
  private readonly kernels: Kernels;

  /**
   * @param margin - The margin that every row starts with.
   * @throws RuntimeFailure `kernels/too-large`: more than 4 GiB: 44 bytes a row, and 4 a cell (8 where there
   * are more than 65,536 bins); `kernels/no-memory`.
   */
  constructor({ matrix, labels, weights }: RowData, margin: number, maxBins: number, maxDepth: number) {
    const { rows } = matrix;
    this.features = matrix.columns.length;
    this.bins = cutFeatures(matrix, maxBins);
    const width = 2 * (this.bins.first[this.features] as number); // one more entry than features
    const kind = width / 2 <= SMALL ? 'u16' : 'u32';
    // The kernel of the loss takes two rows at a time.
    const even = rows + (rows % 2);
    const { kernels, arrays } = createKernels({
      margins: ['f32', even],
      gradients: ['f64', 2 * even],
      labels: ['f64', even],
      weights: ['f64', even],
      rows: ['u32', rows],
      spare: ['u32', rows],
      byRow: [kind, rows * this.features],
      byColumn: [kind, rows * this.features],
      histograms: ['f64', maxDepth * width],
    });
    this.kernels = kernels;
    this.margins = arrays.margins.subarray(0, rows).fill(margin);
    this.gradients = arrays.gradients.subarray(0, 2 * rows);
    this.labels = arrays.labels.subarray(0, rows);
    this.weights = arrays.weights.subarray(0, rows);
    this.rows = arrays.rows;
    this.spare = arrays.spare.byteOffset;
    this.byRow = arrays.byRow.byteOffset;
    this.byColumn = arrays.byColumn;
    this.histograms = Array.from({ length: maxDepth }, (_, level) =>
      arrays.histograms.subarray(level * width, (level + 1) * width),
    );
    this.labels.set(labels);
    this.weights.set(weights);
    fillBins(this.bins, matrix, arrays.byRow, arrays.byColumn);
  }

  /** Derivatives of the logistic loss at the present margins: p - y and p (1 - p). */
  fillLogistic(): void {
    const { margins, labels, weights, gradients, rows } = this;
    this.kernels.logisticPairs(
      margins.byteOffset,
      labels.byteOffset,
      weights.byteOffset,
      gradients.byteOffset,
      rows.length,
    );
  }

  /** Sums of the rows `rows[begin]` to `rows[end - 1]` per bin: all that a split search needs to know about them. */
  fillHistogram(histogram: Histogram, begin: number, end: number): void {
    histogram.fill(0);
    const { kernels, byColumn, byRow, features, gradients } = this;
    kernels.fillHistogram(
      byColumn.BYTES_PER_ELEMENT,
      histogram.byteOffset,
      byRow,
      features,
      gradients.byteOffset,
      this.rowsAt(begin),
      end - begin,
    );
  }

  /** Takes one child's sums from the parent's in place: what is left is the other child's. */
  subtractHistogram(parent: Histogram, child: Histogram): void {
    this.kernels.subtractHistogram(parent.byteOffset, child.byteOffset, parent.length / 2);
  }

  /**
   * Partitions `rows[begin..end)` and keeps the order on both sides. Rows with a bin of `feature` below `bin` move to
   * the front, rows without a value too if `missingLeft`.
   *
   * @returns the start of the others
   */
  partition(
    begin: number,
    end: number,
    {
      feature,
      bin,
      missingLeft,
    }: { readonly feature: number; readonly bin: number; readonly missingLeft: boolean },
  ): number {
    const { byColumn, kernels, rows, bins } = this;
    const width = byColumn.BYTES_PER_ELEMENT;
    const column = byColumn.byteOffset + feature * rows.length * width;
    const missing = missingLeft ? (bins.missing[feature] as number) : NO_BIN; // one per feature, -1 for none
    return (
      begin + kernels.partition(width, this.rowsAt(begin), this.spare, column, bin, missing, end - begin)
    );
  }

  private rowsAt(index: number): number {
    return this.rows.byteOffset + index * this.rows.BYTES_PER_ELEMENT;
  }
}
