import { startPostgres } from '/work/main/test/support/postgres-server.ts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
const s = await startPostgres(['shared_buffers=1GB','max_wal_size=8GB']);
try {
const c = await s.connect();
const N=Number(process.argv[2]);
console.time('fill');
await c.query(`create unlogged table bench as select g as id, g % 1000 as customer, (g::bigint * 7919 % 100000)::numeric / 100 as price, random() as ratio, 'label-' || g % 97 as label, g % 3 = 0 as ok, date '2026-01-01' + g % 365 as day, timestamptz '2026-01-01Z' + g * interval '1 second' as at from generate_series(1, ${N}) g`);
await c.query('vacuum freeze bench'); console.timeEnd('fill');
for (let r=0;r<3;r++) {
for (const mode of ['psql','plain:16384','plain:262144','plain:1048576','plain-notls:262144','deployed:16384','deployed:262144']) {
  const d = mkdtempSync('/tmp/bench-');
  const t=performance.now();
  let out='';
  if (mode==='psql') { const p=spawnSync('/usr/bin/time',['-v','psql','-h','localhost','-p',String(s.port),'-U','reader','-d','postgres','-c',`\\copy (select * from bench) to '${d}/x.csv' csv header`],{env:{...process.env,PGPASSWORD:'S3cret-of-the-reader',PGSSLMODE:'verify-full',PGSSLROOTCERT:s.reader.tls.ca.file},encoding:'utf8'}); out=(p.stdout+(p.stderr.match(/Maximum.*|User time.*/g)||p.stderr)); }
  else { const reader = {...s.reader}; if (mode.startsWith('plain-notls')) reader.tls='off'; const p=spawnSync('node',['--import','tsx','/work/main/test/bench/export-child.ts',JSON.stringify({mode:mode.startsWith('deployed')?'deployed':'plain',reader,sql:'select * from bench',folder:d})],{cwd:'/work/main',env:{...process.env,HWM:mode.split(':')[1]},encoding:'utf8'}); out=p.stdout+p.stderr; }
  console.log(mode, Math.round(performance.now()-t), out.trim());
  rmSync(d,{recursive:true});
}}
await c.end();
} finally { s.stop(); }
