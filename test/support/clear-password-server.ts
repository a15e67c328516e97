/**
 * The sign-in of a MySQL server that asks for the password as it is, as flexible servers do for a token
 * (dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html). It refuses whoever signs in.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { openssl, run } from './tools.ts';

export interface ClearPasswordServer {
  readonly port: number;
  readonly certificateFile: string;
  /** Passwords, and whether each came inside TLS. */
  readonly got: readonly { readonly password: string; readonly secured: boolean }[];
  close(): Promise<void>;
}

const CAPABILITIES = {
  connectWithDatabase: 1 << 3,
  protocol41: 1 << 9,
  ssl: 1 << 11,
  secureConnection: 1 << 15,
  pluginAuth: 1 << 19,
} as const;

/** @param tls - Whether it offers TLS. */
export async function startClearPasswordServer({ tls = true } = {}): Promise<ClearPasswordServer> {
  const folder = mkdtempSync(join(tmpdir(), 'mlops-clear-'));
  const [keyFile, certificateFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  run(openssl, ['req', '-new', '-x509', ...ec, ...names, '-keyout', keyFile, '-out', certificateFile]);
  const [key, cert] = [readFileSync(keyFile), readFileSync(certificateFile)];
  const got: { password: string; secured: boolean }[] = [];

  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(packet(0, greeting(tls)));
    socket.once('data', (request) => {
      // A request for TLS has 32 bytes; the answer to the greeting has more.
      if (request.readUIntLE(0, 3) > 32) return askForPassword(socket, request, false, got);
      // The handshake of TLS may come with it.
      socket.pause();
      if (request.byteLength > 36) socket.unshift(request.subarray(36));
      const secured = new TLSSocket(socket, { isServer: true, key, cert });
      secured.on('error', () => {});
      secured.once('data', (answer) => askForPassword(secured, answer, true, got));
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    certificateFile,
    got,
    async close() {
      await new Promise((closed) => server.close(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks for the password by another method than the greeting named, then refuses it. */
function askForPassword(
  socket: Socket,
  answer: Buffer,
  secured: boolean,
  got: { password: string; secured: boolean }[],
): void {
  const sequence = answer.readUInt8(3);
  socket.write(packet(sequence + 1, Buffer.from('\xfemysql_clear_password\0', 'latin1')));
  socket.once('data', (sent) => {
    got.push({ password: sent.subarray(4, 4 + sent.readUIntLE(0, 3) - 1).toString(), secured });
    const refusal = Buffer.concat([
      Buffer.from([0xff, 1045 & 0xff, 1045 >> 8]),
      Buffer.from("#28000Access denied for user 'reader'"),
    ]);
    socket.end(packet(sequence + 3, refusal));
  });
}

const packet = (sequence: number, payload: Buffer): Buffer => {
  const header = Buffer.alloc(4);
  header.writeUIntLE(payload.byteLength, 0, 3);
  header.writeUInt8(sequence & 0xff, 3);
  return Buffer.concat([header, payload]);
};

function greeting(tls: boolean): Buffer {
  const { ssl, ...others } = CAPABILITIES;
  const flags = Object.values(others).reduce((sum, flag) => sum | flag, tls ? ssl : 0);
  const words = Buffer.alloc(18);
  words.writeUInt16LE(flags & 0xffff, 0);
  words.writeUInt8(45, 2); // utf8mb4
  words.writeUInt16LE(2, 3); // autocommit
  words.writeUInt16LE(flags >>> 16, 5);
  words.writeUInt8(21, 7); // length of the scramble
  return Buffer.concat([
    Buffer.from('\x0a8.0.44-azure\0', 'latin1'),
    Buffer.from([1, 0, 0, 0]),
    Buffer.from('scramble\0'),
    words,
    Buffer.from('of-12-bytes!\0'),
    Buffer.from('mysql_native_password\0'),
  ]);
}
