/** All ports in memory. Every call is counted and may go wrong. */

import { memoryOf } from './memory-objects.ts';
import { createProcess } from './sim-process.ts';
import { CALM, type Files, type World } from './sim-world.ts';

export function createWorld(files: Files = new Map(), now = 0): World {
  const world: World = {
    files: new Map(files),
    calls: [],
    published: [],
    notified: [],
    log: [],
    online: new Map(),
    skew: 0,
    get now() {
      return now + world.skew;
    },
    set now(at) {
      now = at - world.skew;
    },
    director: CALM,
    spoilt: false,
    effect: () => {},
    process: (plant, task) => createProcess(world, plant, task),
    get objects() {
      return world.store?.objects ?? memoryOf(world);
    },
    async place(placed) {
      if (world.store !== undefined) return world.store.place(placed);
      for (const [key, entry] of placed) {
        world.files.set(key, entry);
        world.effect(key);
      }
    },
  };
  return world;
}
