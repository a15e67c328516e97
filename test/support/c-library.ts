import { runPython } from './tools.ts';

const SCRIPT = `
import ctypes, ctypes.util, json, struct, sys
name, words = json.load(sys.stdin)
f = getattr(ctypes.CDLL(ctypes.util.find_library("m")), name)
f.restype, f.argtypes = ctypes.c_float, [ctypes.c_float]
values = [struct.unpack("<f", struct.pack("<I", word))[0] for word in words]
print(json.dumps([struct.unpack("<I", struct.pack("<f", f(value)))[0] for value in values]))
`;

/** How many values a function of ours gives other bits than the C library under Python does. */
export function otherBits(name: 'expf' | 'logf', values: Float32Array, ours: (x: number) => number): number {
  const theirs = runPython(SCRIPT, [name, [...new Uint32Array(values.buffer)]]) as number[];
  const words = new Uint32Array(values.map(ours).buffer);
  return theirs.filter((word, i) => word !== words[i]).length;
}
