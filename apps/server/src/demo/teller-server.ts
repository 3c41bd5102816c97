import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { composeServer, type Server } from '../composition.ts';
import { systemClock } from '../platform/clock.ts';
import { openDataFolder } from '../platform/data-folder.ts';
import { openDatabase } from '../platform/database.ts';
import { createLog, hushed } from '../platform/log.ts';
import { nameMoreStatements } from '../platform/sql.ts';
import { openStandIns } from '../start/stand-ins.ts';
import type { TellerTask, TellerWord } from './start-teller.ts';

const REST_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 100;
/** With a quarter of them, planning takes a fifth of what the database does for the stories. */
const NAMED_STATEMENTS = 256;

/**
 * A second server for as long as the demo is told: it works on the same database, takes the stand-ins over, listens on
 * this machine alone, and takes the memory that six months of business in one minute need with it when it ends. It reads
 * a `TellerTask` as one line of JSON and prints its address; then each line is a `TellerWord`. Standard input that ends
 * means that the server that started it is gone, and with it whoever wants to hear the story: it ends at once.
 */
async function main(): Promise<void> {
  // Ctrl-C reaches this process too; it waits for the word of the one that started it, which ends the stories first.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
  process.stdin.once('end', () => process.exit(1));
  let teller: Awaited<ReturnType<typeof openTeller>> | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    if (teller === undefined) {
      teller = await openTeller(JSON.parse(line) as TellerTask);
      process.stdout.write(`${teller.address}\n`);
    } else if (line === ('begin' satisfies TellerWord)) {
      await teller.begin();
      process.stdout.write(`${line}\n`);
    } else {
      await teller.end(line as 'finish' | 'stop');
      process.exit(0);
    }
  }
}

async function openTeller(task: TellerTask) {
  const { config } = task;
  nameMoreStatements(NAMED_STATEMENTS);
  const secrets = openDataFolder(config.dataFolder);
  let isStopping = false;
  const log = hushed(createLog(config.logLevel), () => isStopping);
  const database = openDatabase(task.databaseUrl);
  const server = await composeServer({
    config,
    secrets,
    database,
    // Mails and pages lead to the server that stays.
    origin: () => task.origin,
    smtpUrl: config.smtpUrl,
    sandbox: task.standIns,
    web: task.web,
    clock: systemClock,
    randomBytes,
    log,
    version: task.version,
  });
  const address = await server.app.listen({ port: 0, host: '127.0.0.1' });
  let standIns: Awaited<ReturnType<typeof openStandIns>> | undefined;
  return {
    address,
    async begin() {
      standIns = await openStandIns({
        dataFolder: config.dataFolder,
        controlToken: secrets.sandboxToken,
        log,
        at: task.standIns,
        reachWebhook: (url) => url.replace(task.origin, address),
      });
      await server.begin();
    },
    async end(word: 'finish' | 'stop') {
      if (word === 'finish') await comeToRest(server);
      isStopping = true;
      await server.stop();
      await standIns?.stop();
      await database.close();
    },
  };
}

/** What the stories led to is done here to its end, mails with their documents most of all. */
async function comeToRest({ sources, transactor }: Server): Promise<void> {
  const deadline = performance.now() + REST_WITHIN_MS;
  const isBusy = async () => {
    const due = await Promise.all(
      sources.map((source) => transactor.work((sql) => source.tenantsDue(sql, transactor.wallNow()))),
    );
    return due.some((tenants) => tenants.length > 0);
  };
  while ((await isBusy()) && performance.now() < deadline) await delay(LOOK_EVERY_MS);
}

await main();
