import { createPorts } from '../adapters/azure/create-ports.ts';
import { APPS } from '../apps.ts';
import type { HttpResponse } from '../core/http.ts';
import { azureRuntime } from '../runtime/azure.ts';
import { triggersOf } from '../runtime/azure-app.ts';
import { requestHandler } from '../runtime/azure-http.ts';
import { work } from '../score/azure.ts';

const runtime = azureRuntime(createPorts, import.meta.dirname);
const answer = requestHandler(
  runtime,
  (host, request, call) => work(host, request, call) as Promise<HttpResponse>, // of a service
);

triggersOf(APPS.scoring.triggers).http('score', answer);
