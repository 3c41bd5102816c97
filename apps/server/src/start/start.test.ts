import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { cloneTemplate } from '../testing/database.ts';
import { startMain, temporaryFolder } from '../testing/main-process.ts';

describe('a start', () => {
  let database: { name: string; url: string };
  beforeAll(async () => {
    database = await cloneTemplate();
  });

  it('shows addresses and the owner, keeps what must be kept private, and stops cleanly', async () => {
    const folder = temporaryFolder();
    const { child, ended, ready } = startMain({ DATABASE_URL: database.url }, folder);
    const address = await ready;
    expect((await fetch(`${address}/readyz`)).status).toBe(200);
    const quickstart = JSON.parse(readFileSync(path.join(folder, 'quickstart.json'), 'utf8')) as {
      baseUrl: string;
      apiKey: string;
    };
    expect(quickstart.baseUrl).toBe(address);
    const tenant = await fetch(`${address}/v1/tenant`, {
      headers: { authorization: `Bearer ${quickstart.apiKey}` },
    });
    expect(tenant.status).toBe(200);
    for (const name of ['owner.txt', 'quickstart.json'])
      expect(statSync(path.join(folder, name)).mode & 0o777).toBe(0o600);
    const password = readFileSync(path.join(folder, 'owner.txt'), 'utf8').split('\n')[1] ?? '';
    child.kill('SIGTERM');
    child.kill('SIGTERM');
    const { code, output } = await ended;
    expect(code).toBe(0);
    expect(output).toContain(password);
  });

  it('shows the password at the first start alone', async () => {
    const { child, ended, ready } = startMain({ DATABASE_URL: database.url }, temporaryFolder());
    await ready;
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect([code, output.includes('Password')]).toEqual([0, false]);
  });

  it('shows the password until a start was ready, then only where it is, and always notes its own address', async () => {
    const { url } = await cloneTemplate();
    const folder = temporaryFolder();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = String(typeof address === 'object' && address !== null ? address.port : 0);
    const failed = await startMain({ DATABASE_URL: url, PORT: port }, folder).ended;
    expect(failed.errors).toContain(`Port ${port} is in use`);
    taken.close();
    const [email = '', password = ''] = readFileSync(path.join(folder, 'owner.txt'), 'utf8').split('\n');
    for (const shown of [true, false]) {
      const { child, ended, ready } = startMain({ DATABASE_URL: url }, folder);
      const baseUrl = await ready;
      const quickstart = readFileSync(path.join(folder, 'quickstart.json'), 'utf8');
      expect(JSON.parse(quickstart)).toMatchObject({ baseUrl });
      child.kill('SIGINT');
      const { output } = await ended;
      expect(output).toContain(email);
      expect(output).toContain(path.join(folder, 'owner.txt'));
      expect(output.includes(password)).toBe(shown);
    }
  });

  it('reads the file .env, which does not override the environment', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, '.env'), `DATABASE_URL=${database.url}\nPORT=nonsense\n`);
    const { child, ended, ready } = startMain({}, folder);
    expect((await fetch(`${await ready}/readyz`)).status).toBe(200);
    child.kill('SIGINT');
    expect((await ended).output).not.toContain('PostgreSQL');
    expect(existsSync(path.join(folder, 'postgres'))).toBe(false);
    writeFileSync(path.join(folder, '.env'), 'ROLE=nonsense\n');
    expect((await startMain({}, folder).ended).errors).toContain('ROLE must be one of');
  });

  it('leaves nothing half made when it fails', async () => {
    const folder = temporaryFolder();
    await startMain({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }, folder).ended;
    expect(existsSync(path.join(folder, 'owner.txt'))).toBe(false);
  });
});
