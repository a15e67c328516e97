import type { ErrorTable } from './entry.ts';

/** Requests, events and functions. */
export const SERVING = {
  'http/content-encoding': {
    meaning: 'The request body has a Content-Encoding.',
    fix: 'Send the body uncompressed.',
  },
  'http/content-type': {
    meaning: 'The request body is not declared as JSON in UTF-8.',
    fix: 'Send the header Content-Type: application/json.',
  },
  'http/too-large': {
    meaning: 'The request body is too large.',
    fix: 'Send fewer rows in a request.',
  },
  'http/not-json': {
    meaning: 'The request body is not JSON in UTF-8.',
    fix: 'Send a JSON document.',
  },
  'http/malformed': {
    meaning: 'The HTTP request is malformed.',
    fix: 'Correct the HTTP client.',
  },
  'http/timeout': {
    meaning: 'The request did not arrive in time.',
    fix: 'Send the request again, and check the network.',
  },
  'http/headers-too-large': {
    meaning: 'The headers of the request are too large.',
    fix: 'Remove headers or cookies.',
  },
  'http/host': {
    meaning: 'The Host header does not name this server.',
    fix: 'Call the server as 127.0.0.1, localhost or [::1] with its port.',
  },
  'http/not-found': {
    meaning: 'The path of the request does not exist.',
    fix: 'Use POST /score; /openapi.json describes all paths.',
  },
  'http/method': {
    meaning: 'The path does not accept this HTTP method.',
    fix: 'Use the method that /openapi.json describes.',
  },
  'http/failed': {
    meaning: 'The server failed.',
    fix: 'Send the request again, and read the log of the server.',
  },
  'http/not-loopback': {
    meaning: 'The local server does not listen on public addresses, because it has no authentication.',
    fix: 'Use 127.0.0.1 or ::1.',
  },
  'http/no-principal': {
    meaning: 'The platform has signed nobody in for the request.',
    fix: "Send an Entra token for the scoring API's client id: az account get-access-token prints one.",
  },
  'request/duplicate-id': {
    meaning: 'Two rows of the request have the same id and event time.',
    fix: 'Give each row an id of its own.',
  },
  'request/missing-field': {
    meaning: 'A field of the request is missing.',
    fix: 'Add the field; /openapi.json has the schema.',
  },
  'request/too-many-rows': {
    meaning: 'The answer to the request could exceed the size limit of the gateway.',
    fix: 'Send fewer rows, or leave out reasons.',
  },
  'request/unknown-field': {
    meaning: 'The request has a field that the model does not use.',
    fix: 'Remove the field, or correct its name.',
  },
  'request/unknown-key': {
    meaning: 'The online store has no row for this key.',
    fix: 'Use a key that was ingested, or send features.',
  },
  'request/wrong-form': {
    meaning: 'The request has no features, rows or key, or combines them in a way that is not allowed.',
    fix: 'Send one of the forms that the problem allows.',
  },
  'request/wrong-rows': {
    meaning: 'The rows of the request are not a list of the allowed length.',
    fix: 'Send a list with as many rows as the problem allows.',
  },
  'request/wrong-type': {
    meaning: 'A part of the request is not an object.',
    fix: 'Send an object with the fields that the problem lists.',
  },
  'request/wrong-value': {
    meaning: 'The value of a field is not accepted.',
    fix: 'Send a value that the problem allows.',
  },
  'score/answer-too-large': {
    meaning: 'The answer could exceed the size limit of the gateway.',
    fix: 'Send fewer rows, or leave out reasons.',
  },
  'score/failed': {
    meaning: 'The scoring of a request failed with an unexpected error.',
    fix: 'Send the request again, and read the log of the function.',
  },
  'score/features-unavailable': {
    meaning: 'The online store did not answer.',
    fix: 'Send the request again later.',
  },
  'score/invalid-request': {
    meaning: 'The request does not match the schema of the model.',
    fix: 'Correct the fields that the problems list; /openapi.json has the schema.',
  },
  'score/no-model': {
    meaning: 'No version has been released yet.',
    fix: 'Train, approve and release a version.',
  },
  'score/refused': {
    meaning: 'The features of the model refuse the row.',
    fix: 'Correct the fields that the problems list.',
  },
  'score/unavailable': {
    meaning: 'A version has been released, and the release pointer or the model cannot be read.',
    fix: 'Correct what the code in the message names: objects/forbidden is a missing right of the scoring function.',
  },
  'score/unknown-key': {
    meaning: 'The online store has no row for a key of the request.',
    fix: 'Use keys that were ingested, or send features.',
  },
  'event/in-the-future': {
    meaning: 'A time in the event is more than an hour in the future.',
    fix: 'Pass the present time in UTC.',
  },
  'event/no-caller': {
    meaning: 'The request does not prove who calls, and somebody must answer for it.',
    fix: 'Call the function itself with a token of yours: gcloud auth print-identity-token, az account get-access-token.',
  },
  'event/malformed': {
    meaning: 'The event of a function does not have the expected form.',
    fix: 'Send the field as the message describes.',
  },
  'function/no-answer': {
    meaning: 'The platform ended a function before it answered.',
    fix: 'Read the last lines of the function: its time or its memory ran out, or its host stopped.',
  },
  'function/unexpected': {
    meaning: 'A function failed with an error that it does not handle.',
    fix: 'Read the log of the function; the error and its stack are there.',
  },
  'input/invalid': {
    meaning: 'The input of a function is not valid.',
    fix: 'Correct the input as the message says.',
  },
  'config/missing': {
    meaning: 'The configuration of the function lacks a value.',
    fix: 'Deploy again with the value that the message names.',
  },
  'config/unreadable': {
    meaning: 'The configuration file of the function cannot be read.',
    fix: 'Deploy the function again.',
  },
  'local/answer': {
    meaning: 'The local scoring service answered with a server error.',
    fix: 'Run it again with --verbose and report the output.',
  },
  'local/busy': {
    meaning: 'Another command is working in the same folder.',
    fix: 'Wait for its end, or use another folder with --cwd.',
  },
  'local/interrupted': {
    meaning: 'The demonstration was interrupted.',
    fix: 'Run mlops demo to begin again.',
  },
  'local/no-answer': {
    meaning: 'The local scoring service did not answer.',
    fix: 'Run it again.',
  },
  'local/no-champion': {
    meaning: 'The first version did not pass validation, so no version was released.',
    fix: 'Change the features or training.validation.',
  },
  'local/no-requests': {
    meaning: 'The file has no rows after the training history, so no request can be replayed.',
    fix: 'Give rows of more months.',
  },
  'local/no-source': {
    meaning: 'The command does not read the source database.',
    fix: 'Run mlops export --database instead.',
  },
  'local/not-ours': {
    meaning: 'The folder holds files that this program did not write.',
    fix: 'Move the files away, or use another folder with --cwd.',
  },
  'local/nothing-here': {
    meaning: 'The folder has no local run of the model.',
    fix: 'Run mlops demo or mlops train first, or use another folder with --cwd.',
  },
  'local/other-owner': {
    meaning: 'The folder .mlops belongs to another user.',
    fix: 'Trust the folder with --cwd, or make one of your own: mkdir .mlops.',
  },
  'local/requests-refused': {
    meaning: 'The champion refused too many requests of a window.',
    fix: 'Declare the fields as the requests hold them, or raise source.quarantine.maxShare.',
  },
  'endpoint/no-answer': {
    meaning: 'The scoring API did not answer in time.',
    fix: 'Read the log of the scoring function; repeat the request.',
  },
  'probe/refused': {
    meaning: 'The scoring API refused the request of the probe.',
    fix: 'Read the code in the log line probe.failed, and the log of the scoring function.',
  },
  'probe/unreadable': {
    meaning: 'The answer to the probe does not have the form of a scoring response.',
    fix: 'Call the API by hand, and see what answers in its place.',
  },
  'probe/other-version': {
    meaning: 'Another version answered the probe than the one that the release pointer names.',
    fix: 'Read the log of the scoring function: it does not follow the pointer, or cannot load the version.',
  },
  'probe/other-score': {
    meaning: 'A version answered the probe with another score than at its registration.',
    fix: 'Roll back, and compare the code of the scoring function with the code that registered the version.',
  },
} satisfies ErrorTable<
  'config' | 'endpoint' | 'event' | 'function' | 'http' | 'input' | 'local' | 'probe' | 'request' | 'score'
>;
