import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Prototypes that do the least that can be done, in a process of their own. */
export type BareServer = {
  /** Of node:http: `/nothing`, `/events`, `/consume`. */
  port: number;
  /** Of Fastify: `/nothing`. */
  fastifyPort: number;
  pid: number;
  stop(): Promise<void>;
};

const PROGRAM = fileURLToPath(new URL('bare-main.ts', import.meta.url));

export async function startBareServer(databaseUrl: string): Promise<BareServer> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: { PATH: process.env.PATH, BARE_DATABASE_URL: databaseUrl },
    // It ends when this process does, however that ends.
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    ended.then(([code]) => Promise.reject(new Error(`the bare server ended with ${code}`))),
  ]);
  const { port, fastifyPort } = JSON.parse(first) as { port: number; fastifyPort: number };
  return {
    port,
    fastifyPort,
    pid: child.pid ?? 0,
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
