import type { Dialect } from './source-database.ts';

/** What MariaDB calls things. */
export const MARIADB: Dialect = {
  tables: String.raw`
    create table kinds (id int, big bigint, price decimal(30, 9), ratio double, note text, ok boolean, day date,
      at timestamp(6) null, ${'`a "name", quoted`'} time);
    insert into kinds values
      (1, 9007199254740993, 1234567890.123456789, 0.1, 'plain', true, '2026-01-31', '2026-01-31 12:00:00.123456', '26:03:04'),
      (2, -5, 0.00, 1e300, 'say "hi", you${'\n'}next line', false, '0099-12-31', '2026-06-30 22:30:00', null),
      (3, null, null, -0.5e0, '', null, null, null, '00:00:00'),
      (4, 0, 1, 0.1e0 + 0.2e0, 'größe 😀 ${'\t'}tab \\.', true, '4000-01-01', '1999-12-31 23:59:59.999999', null);
    create table events (id int, at datetime(3));
    insert into events values (1, '2025-12-31 23:59:59.999'), (2, '2026-01-01'), (3, '2026-01-31 23:59'), (4, '2026-02-01');
    create sequence counter;
    create table written (id int);
    create function fails(what text) returns int begin signal sqlstate '45000' set message_text = 'of "plain"'; return 1; end;
    create function writes() returns int modifies sql data begin insert into written values (9); return 1; end;
    grant insert, execute on test.* to reader@'%'`,
  kinds: `id,big,price,ratio,note,ok,day,at,"a ""name"", quoted"
1,9007199254740993,1234567890.123456789,0.1,"plain",t,2026-01-31,2026-01-31 12:00:00.123456+00,26:03:04
2,-5,0.000000000,1e300,"say ""hi"", you
next line",f,0099-12-31,2026-06-30 22:30:00+00,
3,,,-0.5,"",,,,00:00:00
4,0,1.000000000,0.30000000000000004,"größe 😀 	tab \\.",t,4000-01-01,1999-12-31 23:59:59.999999+00,
`,
  texts:
    "(select 1 as n, null as v union all select 2, '' union all select 3, '\\.' union all select 4, concat('a', char(13 using utf8mb4), 'b')) as t",
  textsCsv: { alone: 'v\n\n""\n"\\."\n"a\rb"\n', numbered: 'n,v\n1,\n2,""\n3,"\\."\n' },
  inWindow: 'select id from events where at >= @mlops_from and at < @mlops_to order by id',
  described: {
    sql: "select *, unhex('00') as raw, 1 / (id - id) as never, cast(id as char(9)) as short, b'101' as bits from kinds",
    columns: [
      'id: int',
      'big: bigint',
      'price: decimal',
      'ratio: double',
      'note: text',
      'ok: boolean',
      'day: date',
      'at: timestamp',
      'a "name", quoted: time',
      'raw: blob',
      'never: decimal',
      'short: text',
      'bits: blob',
    ],
  },
  series: (n) => `(select seq as g from seq_1_to_${n}) as s`,
  seriesLine: (g) => `${g},"${'x'.repeat(50)}"`,
  snapshotId: /^\d+:\d+:/,
  writing: [
    ['a function that writes', 'select writes()'],
    ['a sequence that moves', 'select nextval(counter)'],
  ],
  bad: [
    ['a parameter', 'select ?'],
    ['a way out of what surrounds it', 'select 1) select 2; drop table kinds; with q as (select 2'],
    ['a comment that is carried out', "select 1 /*! into outfile '/tmp/mlops-out' */"],
    ['a comment that only MariaDB carries out', "select 1 /*M! into outfile '/tmp/mlops-out' */"],
    ['a file that is written', "select 1 into outfile '/tmp/mlops-out'"],
    ['a variable that is set', 'select 1 into @mlops_from'],
    ['a table that is dropped', 'drop table kinds'],
    ['a hash that hides the end', "select 1 # '\n; drop table kinds; # '"],
  ],
  unknownColumn: "Unknown column 'nothing' in 'SELECT' (error 1054)",
  // Of what MariaDB can fail on in a read, only a routine quotes what it was given.
  quoting: { sql: 'select fails(note) from kinds where id = 1', said: 'error 1644' },
  endless: 'select count(*) from seq_1_to_1000000000 as a, seq_1_to_1000000000 as b',
};
