import { afterEach, expect, it } from 'vitest';
import { connectCloudSql } from '../../../lambdas/adapters/gcp/cloud-sql.ts';
import { type CloudSql, type CloudSqlSettings, startCloudSql } from '../../support/cloud-sql.ts';
import { freePort } from '../../support/emulators.ts';
import { describeWith, openssl } from '../../support/tools.ts';

describeWith(openssl, 'a connection to Cloud SQL', () => {
  let opened: CloudSql | undefined;
  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });
  const start = async (settings: CloudSqlSettings = {}) => {
    opened = await startCloudSql(settings);
    return opened;
  };
  const connect = ({ google, port, instance }: CloudSql) =>
    connectCloudSql({ ...google.service, instance, port });

  it('shows a certificate of its own key, and takes the instance by its name', async () => {
    const sql = await start();
    const socket = await connect(sql);
    expect(socket.getProtocol()).toBe('TLSv1.3');
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write('ping');
    expect(String(await answered)).toBe('ping');
    socket.destroy();
    const [certificate] = sql.google.requests.filter(({ method }) => method === 'POST');
    expect(JSON.parse(certificate?.body ?? '')).toEqual({
      public_key: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/),
      access_token: 'token-1',
    });
  });

  it.each<[string, CloudSqlSettings]>([
    ['by the DNS name of a shared authority', { commonName: 'shared', dnsName: 'a.b.sql.goog' }],
    ['by its own name while the DNS name is not in the certificate', { reportedDnsName: 'a.b.sql.goog' }],
  ])('takes the instance %s', async (_, settings) => {
    (await connect(await start(settings))).destroy();
  });

  it.each<[string, CloudSqlSettings]>([
    ['another instance of the project', { commonName: 'example.com:bank:other' }],
    ['an instance of another project', { commonName: 'eve:source' }],
    [
      'another instance under a shared authority',
      { commonName: 'x', dnsName: 'c.d.sql.goog', reportedDnsName: 'a.b.sql.goog' },
    ],
    ['an authority that is not the instance’s', { otherAuthority: true }],
    ['TLS before 1.3', { tls: { maxVersion: 'TLSv1.2' } }],
  ])('is refused by %s, without another attempt', async (_, settings) => {
    await expect(connect(await start(settings))).rejects.toMatchObject({
      code: 'source/tls',
      retryable: false,
    });
  });

  it.each<[string, CloudSqlSettings]>([
    ['has no public address', { addressType: 'PRIVATE' }],
    ['is in another region', { region: 'us-east1' }],
  ])('fails with a fix when the instance %s', async (_, settings) => {
    await expect(connect(await start(settings))).rejects.toMatchObject({
      code: 'source/unreachable',
      retryable: false,
      fix: expect.any(String),
    });
  });

  it('fails, retryable, where nobody listens', async () => {
    const sql = await start();
    const port = await freePort();
    await expect(connect({ ...sql, port })).rejects.toMatchObject({
      code: 'source/unreachable',
      retryable: true,
    });
  });
});
