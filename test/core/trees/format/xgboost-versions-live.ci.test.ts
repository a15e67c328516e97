import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readModel, writeJson, writeUbj } from '../../../../lambdas/core/trees/format/model-file.ts';
import type { TreeModel } from '../../../../lambdas/core/trees/model.ts';
import { describeWith, type Program, pythonIn, run } from '../../../support/tools.ts';
import { hasCategories, KINDS, readAnswers } from '../answers.ts';
import { bits } from '../samples.ts';
import { expectSameAnswers } from './interchange.ts';

/** Each version lives in a Python environment of its own. */
const VERSIONS = new Map(
  ['1.7.6', '2.1.4', '3.0.5', '3.1.3', '3.2.0'].map((version) => [
    version,
    pythonIn(`xgboost-${version}`, ['xgboost', 'scipy', 'pandas']),
  ]),
);

const SCRIPT = fileURLToPath(new URL('../../../fixtures/xgboost/kinds.py', import.meta.url));
/** What XGBoost makes of files of ours: FOLDER KINDS... with <kind>.ours.<format> and <kind>.rows.f32. */
const ASK = `
import sys, numpy as np, xgboost as xgb
folder = sys.argv[1]
for kind in sys.argv[2:]:
    for extension in ("ubj", "json"):
        booster = xgb.Booster({"nthread": 1}, model_file=f"{folder}/{kind}.ours.{extension}")
        rows = np.fromfile(f"{folder}/{kind}.rows.f32", dtype="<f4").reshape(-1, booster.num_features())
        data = xgb.DMatrix(rows, feature_names=booster.feature_names, feature_types=booster.feature_types)
        booster.predict(data, output_margin=True).astype("<f4").tofile(f"{folder}/{kind}.{extension}.f32")
`;

const folder = mkdtempSync(join(tmpdir(), 'xgboost-versions-'));
afterAll(() => rmSync(folder, { recursive: true }));
const ask = (python: Program, ...args: string[]) => run(python, ['-W', 'ignore', ...args]);

/** Whether versions before 3.1 read what we write: they know one start for all outputs, and no names of categories. */
const speaksToAll = ({ baseScores, categoryNames }: TreeModel): boolean =>
  categoryNames.length === 0 && baseScores.every((score) => score === baseScores[0]);

const seed = Math.trunc(Date.now() / 1000) % 1_000_000;

for (const [version, python] of VERSIONS)
  describeWith(python, `XGBoost ${version}, seed ${seed}`, () => answersAlike(version, python));

function answersAlike(version: string, python: Program): void {
  const place = join(folder, version);
  beforeAll(() => {
    ask(python, SCRIPT, place, String(seed));
  });

  it.each(KINDS)('scores its fresh %s model as we do, in every format', (kind) => {
    const answers = readAnswers(join(place, `${kind}.answers`));
    const formats = ['ubj', 'json', 'binf'].filter((format) => existsSync(join(place, `${kind}.${format}`)));
    expect(formats.length).toBe(version < '3.1' && !hasCategories(kind) ? 3 : 2);
    for (const format of formats)
      expectSameAnswers(readModel(new Uint8Array(readFileSync(join(place, `${kind}.${format}`)))), answers);
  });

  it('reads our files in every version', () => {
    const kinds = KINDS.filter((kind) => {
      const model = readModel(new Uint8Array(readFileSync(join(place, `${kind}.ubj`))));
      writeFileSync(join(place, `${kind}.ours.ubj`), writeUbj(model));
      writeFileSync(join(place, `${kind}.ours.json`), writeJson(model));
      const { rows } = readAnswers(join(place, `${kind}.answers`));
      writeFileSync(
        join(place, `${kind}.rows.f32`),
        Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength))),
      );
      return speaksToAll(model);
    });
    expect(kinds.length).toBeGreaterThan(5);
    for (const [reader, program] of VERSIONS) {
      if (!program.present) continue;
      const asked = reader < '3.1' ? kinds : KINDS;
      ask(program, '-c', ASK, place, ...asked);
      for (const kind of asked) {
        const { margins } = readAnswers(join(place, `${kind}.answers`));
        for (const format of ['ubj', 'json']) {
          const bytes = Uint8Array.from(readFileSync(join(place, `${kind}.${format}.f32`)));
          expect([reader, kind, format, bits(new Float32Array(bytes.buffer))]).toEqual([
            reader,
            kind,
            format,
            bits(margins),
          ]);
        }
      }
    }
  });
}
