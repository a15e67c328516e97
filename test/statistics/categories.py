"""AUC on the last rows of the peers: XGBoost's native categories, and scikit-learn's cross-fitted TargetEncoder with XGBoost."""

import json
import sys
import warnings

import numpy as np
import pandas as pd
import xgboost as xgb
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import TargetEncoder

warnings.simplefilter("ignore")
given = json.load(sys.stdin)
PARAMS = {
    "objective": "binary:logistic", "tree_method": "hist", "nthread": 1,
    "max_depth": given["maxDepth"], "eta": given["eta"],
}


def auc(train, labels, new, truth, native=False):
    matrix = xgb.DMatrix(train, labels, enable_categorical=native)
    booster = xgb.train(PARAMS, matrix, given["rounds"])
    return float(roc_auc_score(truth, booster.predict(xgb.DMatrix(new, enable_categorical=native))))


def measure(world):
    numbers = np.array(world["numbers"], dtype=np.float32).T
    codes = np.array(world["codes"]).T
    labels = np.array(world["labels"])
    cut = world["train"]
    encoder = TargetEncoder(random_state=1)
    trained = np.hstack([numbers[:cut], encoder.fit_transform(codes[:cut], labels[:cut])])
    new = np.hstack([numbers[cut:], encoder.transform(codes[cut:])])
    frame = pd.DataFrame(numbers)
    frame.columns = [f"n{i}" for i in frame.columns]
    for i in range(codes.shape[1]):
        frame[f"c{i}"] = pd.Categorical(codes[:, i])
    return {
        "native": auc(frame[:cut], labels[:cut], frame[cut:], labels[cut:], native=True),
        "target": auc(trained, labels[:cut], new, labels[cut:]),
    }


json.dump([measure(world) for world in given["worlds"]], sys.stdout)
