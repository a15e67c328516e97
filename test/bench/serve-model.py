"""Trains the benchmark's model (150 trees, depth 5, 14 features) and writes it for both servers.

Usage: serve-model.py MODEL_FILE
"""

import sys

import numpy as np
import xgboost as xgb

random = np.random.default_rng(7)
rows = random.normal(size=(20_000, 14)).astype(np.float32)
signal = rows @ random.normal(size=14) + rows[:, 0] * rows[:, 1]
labels = (signal + random.normal(size=20_000) > 0).astype(np.float32)
names = [f"f{index}" for index in range(14)]
data = xgb.DMatrix(rows, labels, feature_names=names)
parameters = {"objective": "binary:logistic", "max_depth": 5, "seed": 7}
xgb.train(parameters, data, 150).save_model(sys.argv[1])
