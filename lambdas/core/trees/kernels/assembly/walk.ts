/**
 * Rows through perfect trees: eight rows at a time, the first three levels by comparing all eight with every node of
 * a level, the others node by node.
 *
 * A node is 8 bytes: where its column of ranks begins (bytes, of 4 per rank), and the position of its threshold.
 * The children of node i are 2i and 2i + 1. A rank above the position goes right.
 */

/** Levels that are compared whole; quantised.ts fills trees up to as many. Two and four were slower when measured. */
const WHOLE: i32 = 3;

/** All bits set where a row goes right. */
@inline
function right(node: usize, shorts: usize): v128 {
  return i16x8.gt_s(v128.load(shorts + (load<u32>(node) >> 1)), v128.load16_splat(node, 4));
}

/** The child that a row takes: the sign bit of the difference is the way. */
@inline
function child(tree: usize, ranks: usize, node: i32, row: i32): i32 {
  const at = tree + (<usize>node << 3);
  return (node << 1) + ((load<i32>(at, 4) - load<i32>(ranks + load<u32>(at) + (row << 2))) >>> 31);
}

/** Adds the leaves of four rows. */
@inline
function add(out: usize, leaf: usize, a: i32, b: i32, c: i32, d: i32): void {
  const values = f32x4(
    load<f32>(leaf + (<usize>a << 2)),
    load<f32>(leaf + (<usize>b << 2)),
    load<f32>(leaf + (<usize>c << 2)),
    load<f32>(leaf + (<usize>d << 2)),
  );
  v128.store(out, f32x4.add(v128.load(out), values));
}

/**
 * Adds every tree's leaf to the rows of one block.
 *
 * @param leaves - Each tree's from left to right, at the places of its nodes.
 * @param starts - Per tree: where its places begin; the root is one further.
 * @param depths - Per tree: its levels, at least `WHOLE`.
 * @param columns - Per tree: where in `out` its output begins, in bytes.
 * @param shorts - The ranks as 16-bit numbers, column by column.
 * @param ranks - The same as 32-bit numbers.
 * @param rows - A multiple of eight.
 */
export function walk(
  nodes: usize,
  leaves: usize,
  starts: usize,
  depths: usize,
  columns: usize,
  trees: i32,
  shorts: usize,
  ranks: usize,
  out: usize,
  rows: i32,
): void {
  for (let tree = 0; tree < trees; tree++) {
    const start = <usize>load<i32>(starts + (tree << 2));
    const depth = load<i32>(depths + (tree << 2));
    const column = out + load<i32>(columns + (tree << 2));
    const root = nodes + (start << 3);
    const leaf = leaves + (start << 2) - (4 << depth);
    for (let row = 0; row < rows; row += 8) {
      const at = shorts + (row << 1);
      const one = right(root + 8, at);
      const two = v128.bitselect(right(root + 24, at), right(root + 16, at), one);
      const three = v128.bitselect(
        v128.bitselect(right(root + 56, at), right(root + 48, at), two),
        v128.bitselect(right(root + 40, at), right(root + 32, at), two),
        one,
      );
      // All bits set is -1: each level doubles the number of the node and adds one to the right.
      let node = i16x8.sub(i16x8.splat(2), one);
      node = i16x8.sub(i16x8.add(node, node), two);
      node = i16x8.sub(i16x8.add(node, node), three);
      let a: i32 = i16x8.extract_lane_s(node, 0);
      let b: i32 = i16x8.extract_lane_s(node, 1);
      let c: i32 = i16x8.extract_lane_s(node, 2);
      let d: i32 = i16x8.extract_lane_s(node, 3);
      let e: i32 = i16x8.extract_lane_s(node, 4);
      let f: i32 = i16x8.extract_lane_s(node, 5);
      let g: i32 = i16x8.extract_lane_s(node, 6);
      let h: i32 = i16x8.extract_lane_s(node, 7);
      const own = ranks + (row << 2);
      for (let level = WHOLE; level < depth; level++) {
        a = child(root, own, a, 0);
        b = child(root, own, b, 1);
        c = child(root, own, c, 2);
        d = child(root, own, d, 3);
        e = child(root, own, e, 4);
        f = child(root, own, f, 5);
        g = child(root, own, g, 6);
        h = child(root, own, h, 7);
      }
      add(column + (row << 2), leaf, a, b, c, d);
      add(column + (row << 2) + 16, leaf, e, f, g, h);
    }
  }
}
