import type { MemoryModel } from '../../constructs/config/limits/volume.ts';

/** A measured peak. */
export interface Peak {
  readonly rows: number;
  readonly features: number;
  readonly mb: number;
}

const BYTES_PER_MB = 1_048_576;

/** The model whose relative errors have the least sum of squares: small cells count as much as large ones. */
export function fitMemory(peaks: readonly Peak[]): MemoryModel {
  const inputs = peaks.map(({ rows, features, mb }) =>
    [1, rows / BYTES_PER_MB, (rows * features) / BYTES_PER_MB].map((input) => input / mb),
  );
  const size = 3;
  const sums = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, j) => sum(inputs.map((input) => at(input, i) * at(input, j)))),
    sum(inputs.map((input) => at(input, i))),
  ]);
  const [baseMb, bytesPerRow, bytesPerValue] = solve(sums);
  return { baseMb: baseMb ?? 0, bytesPerRow: bytesPerRow ?? 0, bytesPerValue: bytesPerValue ?? 0 };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const at = (values: readonly number[], index: number): number => values[index] as number; // inside by its caller

/** Gauss and Jordan; each row ends with its right side. */
function solve(rows: number[][]): number[] {
  for (let pivot = 0; pivot < rows.length; pivot += 1) {
    const own = rows[pivot] as number[]; // pivot < length
    const scaled = own.map((value) => value / at(own, pivot));
    rows.forEach((other, index) => {
      const factor = at(other, pivot);
      rows[index] =
        index === pivot ? scaled : other.map((value, column) => value - factor * at(scaled, column));
    });
  }
  return rows.map((one) => at(one, one.length - 1));
}
