/** `npm run bench -- NAME`: runs `./NAME.ts`, which exports `run()`. */

const [name = ''] = process.argv.slice(2);
if (!/^[a-z][a-z-]*$/.test(name)) throw new Error('usage: npm run bench -- NAME, a file of test/bench');
const bench = (await import(`./${name}.ts`)) as { readonly run: () => Promise<unknown> };
await bench.run();
