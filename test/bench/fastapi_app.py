"""The usual Python scoring service, to compare with: FastAPI, pydantic, XGBoost's inplace_predict.

Usage: fastapi_app.py MODEL_FILE; prints its port when it listens.
"""

import asyncio
import socket
import sys

import numpy as np
import uvicorn
import xgboost as xgb
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, create_model

booster = xgb.Booster(model_file=sys.argv[1])
booster.set_param({"nthread": 1})
names = booster.feature_names
digest = sys.argv[2]

Features = create_model(
    "Features",
    __config__=ConfigDict(extra="forbid"),
    **{name: (float | None, ...) for name in names},
)


class Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    features: Features
    id: str | None = None


app = FastAPI()


@app.post("/score")
async def score(request: Request):
    values = [getattr(request.features, name) for name in names]
    row = np.array([[np.nan if value is None else value for value in values]], dtype=np.float32)
    value = float(booster.inplace_predict(row, validate_features=False)[0])
    return {
        "requestId": "1",
        "model": {"name": "bench", "version": 1, "digest": digest},
        "releaseSeq": 1,
        "predictions": [{"id": request.id, "score": value, "decision": value >= 0.5}],
    }


async def main():
    listening = socket.create_server(("127.0.0.1", 0), backlog=512)
    print(listening.getsockname()[1], flush=True)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False))
    await server.serve(sockets=[listening])


asyncio.run(main())
