// TypeScript files as ES modules, for `import()` and for `node --import`. tsx is found beside this file, not in the
// working directory, and a tsconfig.json that lies there is not ours.

import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

// Node loads this file again in a thread of its own, for the hook below.
if (isMainThread) {
  const tsx = await import('tsx/esm/api');
  tsx.register({ tsconfig: false });
  register(import.meta.url);
}

/**
 * A `.ts` file is an ES module also in a folder whose package.json does not say so, as after `npm init`: Node's own
 * answer there is CommonJS, which cannot be loaded in the middle of an import.
 * https://nodejs.org/api/module.html#resolvespecifier-context-nextresolve
 */
export async function resolve(specifier, context, next) {
  const found = await next(specifier, context);
  const script = found.url.startsWith('file:') && new URL(found.url).pathname.endsWith('.ts');
  return script ? { ...found, format: 'module' } : found;
}
