"""What users would pick instead, timed on one thread: python3 peers.py prepare|score|train|explain FOLDER [CSV]

`prepare` turns UCI Bank Marketing (bank-full.csv) into float32 columns with sorted integer codes and trains the model
that all others score; the other commands print their measurements as JSON. Needs xgboost, lightgbm, onnxruntime,
onnxmltools, skl2onnx, pandas, scikit-learn.
"""

import json
import os
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np  # noqa: E402  (after the threads are set)
import xgboost as xgb  # noqa: E402

WIDTH, BATCH = 16, 100_000
PARAMETERS = {"objective": "binary:logistic", "tree_method": "hist", "max_depth": 6, "eta": 0.1, "nthread": 1}
ROUNDS = 200


def columns(folder, name):
    return np.ascontiguousarray(np.fromfile(f"{folder}/{name}.f32", "<f4").reshape(WIDTH, -1).T)


def prepare(folder, csv):
    import pandas as pd

    table = pd.read_csv(csv)
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].astype("category").cat.codes
    values = table.to_numpy(np.float32)
    features, labels = values[:, :WIDTH], values[:, WIDTH]
    batch = np.tile(features, (BATCH // len(features) + 1, 1))[:BATCH]
    missing = batch.copy()
    missing[np.random.default_rng(1).random(missing.shape) < 0.2] = np.nan
    for name, block in (("features", features), ("batch", batch), ("missing", missing)):
        np.ascontiguousarray(block.T, "<f4").tofile(f"{folder}/{name}.f32")
    labels.astype("<f4").tofile(f"{folder}/labels.f32")
    booster = xgb.train(PARAMETERS, xgb.DMatrix(features, label=labels), ROUNDS)
    booster.save_model(f"{folder}/model.ubj")


def best(run, times=5):
    """Seconds of the fastest of several runs."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        spent.append(time.perf_counter() - started)
    return min(spent)


def median_call(run, calls=2_000):
    """Microseconds of the median call."""
    for _ in range(200):
        run()
    spent = []
    for _ in range(calls):
        started = time.perf_counter_ns()
        run()
        spent.append(time.perf_counter_ns() - started)
    return sorted(spent)[calls // 2] / 1e3


def score(folder):
    booster = xgb.Booster({"nthread": 1}, model_file=f"{folder}/model.ubj")
    batch, missing = columns(folder, "batch"), columns(folder, "missing")
    row = batch[:1].copy()
    session = onnx_session(booster)
    return {
        "xgboost": {
            "rowUs": median_call(lambda: booster.inplace_predict(row)),
            "batchRowsPerSec": BATCH / best(lambda: booster.inplace_predict(batch)),
            "missingRowsPerSec": BATCH / best(lambda: booster.inplace_predict(missing)),
        },
        "onnxruntime": {
            "rowUs": median_call(lambda: session.run(["probabilities"], {"input": row})),
            "batchRowsPerSec": BATCH / best(lambda: session.run(["probabilities"], {"input": batch})),
        },
    }


def onnx_session(booster):
    import onnxruntime
    from onnxmltools.convert import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    model = convert_xgboost(booster, initial_types=[("input", FloatTensorType([None, WIDTH]))])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def train(folder):
    import lightgbm
    from sklearn.metrics import roc_auc_score

    features, labels = columns(folder, "features"), np.fromfile(f"{folder}/labels.f32", "<f4")
    light = {"objective": "binary", "num_leaves": 63, "max_depth": 6, "learning_rate": 0.1, "max_bin": 255,
             "num_threads": 1, "verbose": -1}
    held = np.arange(len(labels)) % 5 == 4
    judged = xgb.train(PARAMETERS, xgb.DMatrix(features[~held], label=labels[~held]), ROUNDS)
    return {
        "xgboost": {
            "sec": best(lambda: xgb.train(PARAMETERS, xgb.DMatrix(features, label=labels), ROUNDS)),
            "auc": roc_auc_score(labels[held], judged.inplace_predict(features[held])),
        },
        "lightgbm": {"sec": best(lambda: lightgbm.train(light, lightgbm.Dataset(features, labels), ROUNDS))},
    }


def explain(folder):
    booster = xgb.Booster({"nthread": 1}, model_file=f"{folder}/model.ubj")
    rows = columns(folder, "batch")[:5_000]
    one = rows[:1].copy()
    return {
        "xgboost": {
            "batchRowsPerSec": len(rows) / best(lambda: booster.predict(xgb.DMatrix(rows), pred_contribs=True), 2),
            "rowUs": median_call(lambda: booster.predict(xgb.DMatrix(one), pred_contribs=True), 300),
        }
    }


command, folder = sys.argv[1:3]
if command == "prepare":
    prepare(folder, sys.argv[3])
else:
    print(json.dumps({"score": score, "train": train, "explain": explain}[command](folder)))
