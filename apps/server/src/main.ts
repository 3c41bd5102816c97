import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { composeServer as ComposeServer, Server } from './composition.ts';
import { type Demo, type DemoStatus, noDemo, runDemo } from './demo/run-demo.ts';
import { setAsideHalfTold, storyFile } from './demo/set-aside.ts';
import { startTeller, type TellerTask } from './demo/start-teller.ts';
import { makeFirstStart } from './modules/identity/api.ts';
import { openUsageMonths } from './modules/usage/api.ts';
import { checkRuntimeRoles } from './platform/check-roles.ts';
import { systemClock } from './platform/clock.ts';
import { type Config, readConfig } from './platform/config.ts';
import { openDataFolder, type Secrets } from './platform/data-folder.ts';
import { type Database, openDatabase } from './platform/database.ts';
import { createLog, hushed, type Log } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { StartError } from './platform/start-error.ts';
import { startEmbedded } from './start/embedded.ts';
import { giveBackWhenQuiet } from './start/give-back.ts';
import { letGrowWhenCrowded } from './start/let-grow.ts';
import { createLifecycle, type Lifecycle } from './start/lifecycle.ts';
import { keepFirst, noteReady } from './start/owner-note.ts';
import { findPrepared } from './start/prepared-database.ts';
import { createProgress, type Progress } from './start/progress.ts';
import { keepStandIns, type StandIns } from './start/stand-ins.ts';
import { explainListenError, showAddresses, USAGE } from './start/words.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PREPARED = path.join(ROOT, '.runtime/prepared-database');

async function start(): Promise<void> {
  const flags = process.argv.slice(2);
  if (flags.includes('--help')) {
    console.log(USAGE);
    return;
  }
  readEnvFile();
  const config = readConfig(process.env, flags);
  const log = createLog(config.logLevel);
  const progress = createProgress((text) => console.log(text));
  const lifecycle = createLifecycle({ log, exit: (code) => process.exit(code) });
  try {
    await run(config, log, progress, lifecycle);
  } catch (error) {
    // A start that is stopped half-way fails at whatever it was doing; the stop ends the process.
    if (lifecycle.isStopping()) return;
    progress.end();
    await lifecycle.undo();
    throw error;
  }
}

/** What the environment says already stays. */
function readEnvFile(): void {
  const file = path.resolve('.env');
  if (!existsSync(file)) return;
  try {
    process.loadEnvFile(file);
  } catch (error) {
    throw new StartError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code}). Make it readable for this user.`,
    );
  }
}

type Context = {
  config: Config;
  log: Log;
  progress: Progress;
  lifecycle: Lifecycle;
  secrets: Secrets;
  /** True once the server listens. */
  isServing: boolean;
};

async function run(config: Config, log: Log, progress: Progress, lifecycle: Lifecycle): Promise<void> {
  const secrets = openDataFolder(config.dataFolder);
  const context: Context = { config, log, progress, lifecycle, secrets, isServing: false };
  // The database comes up in processes of its own; the program is loaded meanwhile.
  const urls = await databaseUrls(context, () => config.migrateOnly || loadAhead());
  progress.step('Bringing the database up to date');
  const { applied } = await migrate({ ...urls, log });
  if (config.migrateOnly) {
    await openUsageMonths(urls.adminUrl, systemClock());
    progress.end();
    const what = applied.length === 0 ? '.' : `: ${applied.join(', ')}.`;
    console.log(`The database is up to date${what}`);
    await lifecycle.undo();
    process.exit(0);
  }
  if (tellsDemo(config)) await setAsideHalfTold(config.dataFolder, urls.adminUrl);
  const database = openDatabase(urls.url);
  lifecycle.onStop('database connections', () => database.close());
  progress.step('Starting the server');
  const [standIns, { composeServer }] = await allEnded(
    startStandIns(context),
    import('./composition.ts'),
    checkRuntimeRoles(database),
    openUsageMonths(urls.adminUrl, systemClock()),
  );
  await serve(context, composeServer, urls.url, database, standIns);
}

/** Loads what is needed later. A fault is met there, where it is asked for again. */
function loadAhead(): void {
  import('./composition.ts').then(() => import('@billhook/sandbox/start')).catch(() => undefined);
}

/** Waits for all of them, also when one fails: what the others started is then known to the stop. */
async function allEnded<T extends unknown[]>(...works: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(works);
  return (await Promise.all(works)) as T;
}

const WEB = { admin: path.join(ROOT, 'apps/admin/dist'), portal: path.join(ROOT, 'apps/portal/dist') };

/** Listens as early as possible; what the first answer does not need comes afterwards. */
async function serve(
  context: Context,
  composeServer: typeof ComposeServer,
  url: string,
  database: Database,
  standIns: StandIns,
): Promise<void> {
  const { config, secrets, log, progress, lifecycle } = context;
  let origin = config.appUrl;
  let demo: Demo = noDemo;
  const server = await composeServer({
    config,
    secrets,
    database,
    origin: () => origin,
    smtpUrl: config.smtpUrl,
    sandbox: standIns.urls,
    web: WEB,
    demo: () => demo,
    clock: systemClock,
    randomBytes,
    // Work that a stop cuts off fails because of it, and is taken up again by the next start.
    log: hushed(log, lifecycle.isStopping),
    version: version(),
  });
  lifecycle.onStop('server', () => server.stop());
  const { transactor, hashPassword } = server;
  // The password is kept before the owner is: a crash in between must not leave an owner whom nobody can be.
  await makeFirstStart({
    transactor,
    randomBytes,
    hashPassword,
    keep: (made) => keepFirst(config.dataFolder, origin, made),
  });
  if (config.role !== 'worker') {
    await server.app
      .listen({ port: config.port, host: config.host })
      .catch((error: unknown) => explainListenError(error, config));
    const address = server.app.addresses()[0];
    if (config.port === 0 && typeof address === 'object') origin = `http://localhost:${address.port}`;
  }
  context.isServing = true;
  progress.end();
  const owner = config.role === 'worker' ? undefined : noteReady(config.dataFolder, origin);
  console.log(showAddresses(config, origin, owner));
  await server.begin();
  // What begins after a stop was asked for would never be stopped.
  if (lifecycle.isStopping()) return;
  if (tellsDemo(config)) {
    const task = { config, databaseUrl: url, origin, standIns: standIns.urls, web: WEB, version: version() };
    demo = beginDemo(context, server, standIns, task);
  }
  if (config.role !== 'worker') await buildWeb(origin, log, lifecycle);
  giveBackWhenQuiet();
  letGrowWhenCrowded(process.execArgv);
}

/** The stories are told to a second server, which has the stand-ins and the due work of all tenants as long as it runs. */
function beginDemo(context: Context, server: Server, standIns: StandIns, task: TellerTask): Demo {
  const { config, log, lifecycle } = context;
  const demo = runDemo({
    baseUrl: task.origin,
    ownerFile: path.join(config.dataFolder, 'owner.txt'),
    storyFile: storyFile(config.dataFolder),
    log,
    wallClock: systemClock,
    async openTeller() {
      const teller = await startTeller(task);
      if (teller === undefined) return undefined;
      const takeBack = async () => {
        if (lifecycle.isStopping()) return;
        await standIns.restart();
        await server.work();
      };
      await server.rest();
      await standIns.stop();
      if (await teller.begin())
        return { address: teller.address, end: (word) => teller.end(word).then(takeBack) };
      await takeBack();
      return undefined;
    },
    onChange: tellDemo(task.origin, lifecycle),
  });
  lifecycle.onStop('demo', () => endDemo(demo));
  return demo;
}

const tellsDemo = (config: Config): boolean => config.demo && config.role === 'all';

async function databaseUrls({ config, secrets, log, progress, lifecycle }: Context, onBegun: () => void) {
  if (config.databaseUrl !== undefined) {
    const loginUser = decodeURIComponent(new URL(config.databaseUrl).username);
    return { url: config.databaseUrl, adminUrl: config.databaseAdminUrl ?? config.databaseUrl, loginUser };
  }
  progress.step('Starting the embedded PostgreSQL');
  const embedded = await startEmbedded({
    dataFolder: config.dataFolder,
    password: secrets.databasePassword,
    prepared: () => findPrepared(PREPARED),
    log,
    say: (text) => progress.say(text),
    onBegun,
    onUnexpectedEnd: (sentence) => lifecycle.fail(sentence),
  });
  lifecycle.onStop('database', embedded.stop);
  return embedded;
}

/** Stand-ins for payments and mail: every sandbox tenant pays and writes there, whatever is set up for live ones. */
async function startStandIns(context: Context): Promise<StandIns> {
  const { config, secrets, log, lifecycle } = context;
  const standIns = await keepStandIns({
    dataFolder: config.dataFolder,
    controlToken: secrets.sandboxToken,
    // They start before the server and stop after it; what could not be delivered meanwhile is delivered later.
    log: hushed(log, () => lifecycle.isStopping() || !context.isServing),
  });
  lifecycle.onStop('sandbox', standIns.stop);
  return standIns;
}

/** Says once that the demo is being made, and once how that ended; nothing where all of it is there. */
function tellDemo(origin: string, lifecycle: Lifecycle): (status: DemoStatus) => void {
  let isMade = false;
  return ({ state, tenants }) => {
    if (lifecycle.isStopping()) return;
    if (!isMade && tenants.some((tenant) => tenant.state === 'seeding')) {
      isMade = true;
      console.log(`The demo businesses are being made; watch them at ${origin}`);
    }
    if (isMade && state === 'ready') console.log(`The demo businesses are ready: ${origin}`);
    if (state === 'failed') console.log('The demo stopped early. The next start makes it anew.');
  };
}

async function endDemo(demo: Demo): Promise<void> {
  demo.stop();
  await demo.finished;
}

/** The web apps are built while the server answers already. A failure leaves the API working and is said plainly. */
async function buildWeb(origin: string, log: Log, lifecycle: Lifecycle): Promise<void> {
  const module = new URL('../../../scripts/build-web.ts', import.meta.url).href;
  const stopped = new AbortController();
  lifecycle.onStop('web build', async () => stopped.abort());
  try {
    const { ensureWebBuilt } = (await import(module)) as {
      ensureWebBuilt(options: { log(text: string): void; signal: AbortSignal }): Promise<void>;
    };
    let isNew = false;
    const say = (text: string) => {
      isNew = true;
      console.log(text);
    };
    await ensureWebBuilt({ log: say, signal: stopped.signal });
    if (isNew) console.log(`The web apps are built. Admin: ${origin}/admin`);
  } catch (error) {
    // Ctrl-C ends a build under way too; the next start builds anew.
    if (lifecycle.isStopping()) return;
    log.error(
      { process: 'build-web', reason: error instanceof Error ? error.message : String(error) },
      'the web apps were not built',
    );
    console.error(
      'The web apps could not be built; the API works without them. Run "npm run build" to see why.',
    );
  }
}

function version(): string {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

// Loaded by another program it starts nothing.
if (import.meta.main) {
  start().catch((error: unknown) => {
    const known = error instanceof StartError;
    console.error(
      known ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    process.exit(1);
  });
}
