import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { type RunningApp, startApp, triggerOf } from './functions-host.ts';
import { tempDir } from './temp-dir.ts';

const ROOT = join(import.meta.dirname, '../..');

/** Starts an app of this source, bundled as those of this project are. */
async function started(source: string, host: object = {}): Promise<RunningApp> {
  const folder = mkdtempSync(join(tempDir(), 'app-'));
  mkdirSync(folder, { recursive: true });
  const { outputFiles } = buildSync({
    stdin: { contents: `import { app } from '@azure/functions';${source}`, resolveDir: ROOT },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    external: ['@azure/functions-core'],
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
  });
  writeFileSync(join(folder, 'app.mjs'), outputFiles[0]?.contents ?? '');
  writeFileSync(join(folder, 'package.json'), '{"type":"module","main":"app.mjs"}');
  writeFileSync(join(folder, 'host.json'), JSON.stringify({ version: '2.0', ...host }));
  return startApp(folder, {});
}

const QUEUE = "{ queueName: 'q', connection: 'AzureWebJobsStorage', handler }";

describe('the stand-in of the Functions host', () => {
  it('refuses two functions of one name, as the worker does', async () => {
    const source = `const handler = () => {}; app.timer('a', { schedule: 's', handler }); app.storageQueue('a', ${QUEUE});`;
    await expect(started(source)).rejects.toThrow('A function with id "a" has already been registered.');
  });

  it('refuses a function that is registered after the start, and reports an app that does not load', async () => {
    const late = await started(`app.timer('a', { schedule: 's', handler() {
      try { app.timer('b', { schedule: 's', handler() {} }); } catch (error) { return error.message; }
    } });`);
    const { result } = await late.tick('a');
    await late.stop();
    expect(result).toEqual({ string: 'A function can only be registered during app startup.' });
    await expect(started("throw new Error('planted');")).rejects.toThrow('planted');
  });

  it('hands over a message as the library reads it, as often as host.json says', async () => {
    const source = `const seen = []; const handler = (message, { triggerMetadata: { dequeueCount, insertionTime } }) => {
      seen.push([message, dequeueCount, insertionTime]); if (dequeueCount < 3) throw new Error('again'); return seen; };
      app.storageQueue('q', ${QUEUE});`;
    const at = Date.UTC(2026, 2, 12, 19, 3, 58);
    const app = await started(source);
    const done = await app.deliver('q', '{"a":1}', at);
    await app.stop();
    const seen = [1, 2, 3].map((count) => [{ a: 1 }, count, '2026-03-12T19:03:58+00:00']);
    expect(done).toMatchObject({ poisoned: false, tries: [{ failed: 'again' }, { failed: 'again' }, {}] });
    expect(JSON.parse(done.tries[2]?.result?.json ?? '')).toEqual(seen);
    const twice = await started(source, { extensions: { queues: { maxDequeueCount: 2 } } });
    expect(await twice.deliver('q', 'text')).toMatchObject({ poisoned: true, tries: [{}, {}] });
    await twice.stop();
  });

  it('takes the platform headers of a stranger away, and gives those of who is signed in', async () => {
    const app = await started(`app.http('h', { route: '{*path}', authLevel: 'anonymous', handler: (request) =>
      ({ jsonBody: [request.url, request.headers.get('x-ms-client-principal-id'), request.headers.get('x-a')] }) });`);
    expect(triggerOf(app.functions, 'h').binding).toMatchObject({
      type: 'httpTrigger',
      authLevel: 'anonymous',
    });
    const headers = { 'x-ms-client-principal-id': 'forged', 'x-a': '1', authorization: 'Bearer ada' };
    expect(
      (await fetch(`${app.url}/api/b`, { headers: { 'x-ms-client-principal-id': 'forged' } })).status,
    ).toBe(401);
    expect(await (await fetch(`${app.url}/api/b?c=1`, { headers })).json()).toEqual([
      `${app.url}/api/b?c=1`,
      'ada',
      '1',
    ]);
    expect((await fetch(`${app.url}/b`, { headers })).status).toBe(404);
    await app.stop();
  });

  it('answers 500 without a body where a function throws, and keeps its lines by invocation', async () => {
    const app =
      await started(`app.http('h', { handler: (_, context) => { context.log('one'); throw new Error('two'); } });
      app.timer('t', { schedule: 's', handler: (_, context) => { context.log('three %s', 'four'); } });`);
    const answer = await fetch(`${app.url}/api/h`, { headers: { authorization: 'Bearer ada' } });
    expect([answer.status, await answer.text()]).toEqual([500, '']);
    expect(await app.tick('t')).toEqual({ result: undefined, lines: ['three four'] });
    expect(app.log()).toContain('one');
    await app.stop();
  });
});
