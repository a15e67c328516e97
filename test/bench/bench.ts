/** `npm run bench -- NAME...`: runs each `./NAME.ts`, which exports `run()`. */

const names = process.argv.slice(2);
if (names.length === 0 || !names.every((name) => /^[a-z][a-z-]*$/.test(name)))
  throw new Error('usage: npm run bench -- NAME..., files of test/bench');
for (const name of names) {
  if (names.length > 1) console.log(`\n${name}`);
  const bench = (await import(`./${name}.ts`)) as { readonly run: () => Promise<unknown> };
  await bench.run();
}
