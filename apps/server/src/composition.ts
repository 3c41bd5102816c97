import { memberRoutes, operatorRoutes } from '@billhook/contract/routes';
import { controlClient } from '@billhook/sandbox/control-client';
import type { FastifyInstance } from 'fastify';
import { sandboxClockFollower } from './adapters/sandbox/clock-follower.ts';
import { type CareOptions, composeCare } from './composition/care.ts';
import { documentsOf } from './composition/documents.ts';
import { dueSources } from './composition/due-sources.ts';
import { peppolOf } from './composition/e-invoices.ts';
import { fileStore } from './composition/files.ts';
import { type HandlerParts, memberHandlers, operatorHandlers } from './composition/handlers.ts';
import { composeMail } from './composition/mail.ts';
import { mailsSource } from './composition/mails.ts';
import { composePayments } from './composition/payments.ts';
import { composePeople } from './composition/people.ts';
import { composeProviderAccounts } from './composition/provider-accounts.ts';
import { composeTax, createTaxDesk } from './composition/tax.ts';
import { composeTexts } from './composition/texts.ts';
import { composeTransfer } from './composition/transfer.ts';
import { type Demo, noDemo } from './demo/run-demo.ts';
import { buildApp } from './http/app.ts';
import { mountHooks, mountTextHooks } from './http/hooks.ts';
import { type Limits, limitsOf, RateLimiter } from './http/limits.ts';
import { mountOperations } from './http/operations.ts';
import { quickAnswers } from './http/quick.ts';
import { mountSignIn } from './http/sign-in.ts';
import { serveWeb, type WebFolders } from './http/web.ts';
import { createCheckCopies, type Question, questionOf } from './modules/entitlements/check-copies.ts';
import { upgradeUrls } from './modules/entitlements/queries/check.ts';
import { createRightsStream } from './modules/entitlements/stream.ts';
import type { CheckedStore } from './modules/files/api.ts';
import { createFileService } from './modules/files/service.ts';
import { isEvidence } from './modules/payments/api.ts';
import type { WallClock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { createSecretBox, createTextSigner, equalSecrets, type SecretBox } from './platform/crypto.ts';
import type { Secrets } from './platform/data-folder.ts';
import type { Database } from './platform/database.ts';
import type { DueSource } from './platform/due.ts';
import { createRequestIds, type RandomBytes } from './platform/ids.ts';
import type { Log } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { findTenantBySlug } from './platform/tenants.ts';
import { createTransactor, type Transactor } from './platform/transaction.ts';
import { startWorker, type Worker } from './platform/worker.ts';
import { type ClockMover, createClockMover } from './processes/advance-clock.ts';
import { followMoney } from './processes/follow-money.ts';
import { createPayLinks } from './processes/pay-link.ts';
import { createPreviewTokens } from './processes/preview-token.ts';

export type ServerOptions = {
  config: Config;
  secrets: Secrets;
  database: Database;
  /** Address under which people reach this server; known once it listens. */
  origin(): string;
  /** The seller's mail server, for what is not of a sandbox. */
  smtpUrl: string | undefined;
  /** The stand-ins for payments and mail, which serve every sandbox tenant. */
  sandbox: { controlUrl: string; stripeUrl: string; smtpUrl: string };
  web: WebFolders;
  /** The demo as far as it was started. */
  demo?: () => Demo;
  clock: WallClock;
  randomBytes: RandomBytes;
  log: Log;
  version: string;
  limits?: Partial<Limits>;
  /** Checks every answer against the contract; on in tests. */
  checkAnswers?: boolean;
};

export type Server = {
  app: FastifyInstance;
  transactor: Transactor;
  sources: readonly DueSource[];
  mover: ClockMover;
  hashPassword(password: string): Promise<string>;
  /** Loads what is not needed for the first answer, and starts the loops of due work where this process has that role. */
  begin(): Promise<void>;
  /** Leaves due work to another process: what runs is finished, and no more is begun. */
  rest(): Promise<void>;
  /** Takes up due work again. */
  work(): Promise<void>;
  /** Finishes requests and work under way; then nothing of it runs any more. */
  stop(): Promise<void>;
};

/** What changes while the server runs. */
type Running = { beginning?: Promise<void>; worker?: Worker; metrics?: Metrics; isStopping: boolean };

/** The only place where adapters meet ports. */
export async function composeServer(options: ServerOptions): Promise<Server> {
  const running: Running = { isStopping: false };
  const parts = await composeParts(options, running);
  const { transactor, people } = parts;
  const app = await composeApp(options, parts, running);
  return {
    app,
    transactor,
    sources: parts.sources,
    mover: parts.mover,
    hashPassword: people.hashPassword,
    begin() {
      running.beginning = begin(options, parts, running);
      return running.beginning;
    },
    async rest() {
      const { worker } = running;
      delete running.worker;
      await worker?.stop();
    },
    work: () => work(options, parts, running),
    async stop() {
      running.isStopping = true;
      await app.close();
      // A stop may come while the loops are being started; what comes later would never be stopped.
      await running.beginning?.catch(() => undefined);
      await Promise.all([running.worker?.stop(), parts.mover.stop()]);
      await parts.mail.close();
    },
  };
}

async function begin(options: ServerOptions, parts: Parts, running: Running) {
  // What this process takes on from here on carries its name, which must be known to live.
  await options.database.life.held();
  await parts.accounts.prepareAll();
  await parts.care.noteSecrets();
  await work(options, parts, running);
  running.metrics ??= await createMetrics(options.database);
}

async function work({ config, clock, log }: ServerOptions, parts: Parts, running: Running) {
  if (config.role === 'api' || running.isStopping) return;
  const { sources, mover, transactor } = parts;
  await mover.resume();
  const { isAdvancing } = mover;
  running.worker ??= startWorker({ transactor, sources, wallClock: clock, log, isAdvancing });
}

/** The stand-ins for outside services, and the tenants' accounts at them and at the real ones. */
function standInsOf(options: ServerOptions, transactor: Transactor, box: SecretBox) {
  const { config, secrets, origin, log } = options;
  const control = controlClient(options.sandbox.controlUrl, secrets.sandboxToken);
  const accounts = composeProviderAccounts({
    transactor,
    box,
    masterKey: secrets.masterKey,
    control,
    stripe: config.stripe,
    origin,
    log,
  });
  return { control, accounts };
}

async function composeParts(options: ServerOptions, running: Running) {
  const { config, secrets, database, log, origin } = options;
  const wake = (source: string) => running.worker?.wake(source);
  const { news } = database;
  const taxDesk = createTaxDesk();
  const { recover } = taxDesk;
  const transactor = createTransactor({ ...options, news, follow: followMoney, wake, recover });
  const box = createSecretBox(secrets.masterKey);
  const mail = mailOf(options);
  const people = peopleOf(options, transactor, mail);
  const { control, accounts } = standInsOf(options, transactor, box);
  const store = await fileStore(config);
  const files = filesOf(options, transactor, store);
  const documents = documentsOf(transactor, files, origin);
  const payments = composePayments({
    transactor,
    files,
    box,
    masterKey: secrets.masterKey,
    sandboxUrl: options.sandbox.stripeUrl,
    testUrl: config.stripeTestUrl,
    sandboxRoot: () => control.payPal.root(),
    log,
    wake,
  });
  const texts = textsOf(options, transactor);
  const care = careOf(options, { transactor, texts, box, payments, store, accounts, wake });
  const payLinks = createPayLinks(createTextSigner(secrets.masterKey, 'payment-links'), origin);
  const mails = mailsSource({ transactor, mail, log, origin, payLinks, ...documents });
  const sandboxUrl = options.sandbox.stripeUrl;
  taxDesk.open(transactor, payments.providers);
  const tax = composeTax(transactor, sandboxUrl, payments.providers);
  const peppol = peppolOf({ transactor, log, config, sandboxUrl, eInvoices: documents.eInvoices });
  const previews = createPreviewTokens(createTextSigner(secrets.masterKey, 'preview-tokens'));
  const carried = { transactor, store, files, documents, providers: payments.providers };
  const transfer = composeTransfer({ ...carried, ...secrets, previews, origin, wake });
  const told = { tax, transfer: transfer.sources, mails: [mails, peppol, texts.source] };
  const sources = dueSources({ transactor, log, store, payments, care, wake, ...told });
  const mover = moverOf(options, running, { transactor, sources, control, accounts });
  return {
    transactor,
    box,
    mail,
    people,
    control,
    accounts,
    files,
    store,
    ...documents,
    providers: payments.providers,
    wake,
    care,
    transfer,
    hooks: payments.hooks,
    textHooks: texts.hooks,
    sources,
    mover,
    previews,
    payLinks,
    copies: copiesOf(options, transactor),
    rightsStream: createRightsStream(database.news, database.life.id.toString(36)),
  };
}

type MoverParts = ReturnType<typeof standInsOf> & { transactor: Transactor; sources: readonly DueSource[] };

function moverOf(
  { log, clock, database }: ServerOptions,
  running: Running,
  { transactor, sources, control, accounts }: MoverParts,
) {
  return createClockMover({
    transactor,
    sources,
    follower: sandboxClockFollower(control, {
      stripe: accounts.sandboxAccountOf,
      payPal: accounts.payPal.accountOf,
    }),
    log,
    wallClock: clock,
    processId: database.life.id,
    settled: async (tenantId) => running.worker?.settled(tenantId),
  });
}

function mailOf({ sandbox, smtpUrl, config }: ServerOptions) {
  return composeMail({ standInUrl: sandbox.smtpUrl, smtpUrl, from: config.mailFrom });
}

function textsOf({ config, secrets, sandbox, origin, log }: ServerOptions, transactor: Transactor) {
  const { masterKey } = secrets;
  return composeTexts({ transactor, config, masterKey, standInUrl: sandbox.stripeUrl, origin, log });
}

function filesOf({ secrets }: ServerOptions, transactor: Transactor, store: CheckedStore) {
  const sign = createTextSigner(secrets.masterKey, 'file-links');
  return createFileService({ transactor, store, sign, same: equalSecrets, isInUse: isEvidence });
}

/** What watches over payments. */
function careOf(
  { config, smtpUrl, secrets, log }: ServerOptions,
  {
    payments,
    accounts,
    ...parts
  }: Pick<CareOptions, 'transactor' | 'texts' | 'box' | 'store' | 'wake'> & {
    payments: ReturnType<typeof composePayments>;
    accounts: ReturnType<typeof standInsOf>['accounts'];
  },
) {
  const own = { config, smtpUrl, masterKey: secrets.masterKey, log };
  const { webhookUrlOf } = accounts;
  return composeCare({ ...parts, ...own, providers: payments.providers, webhookUrlOf });
}

function peopleOf(
  { secrets, database, log, origin }: ServerOptions,
  transactor: Transactor,
  mail: ReturnType<typeof composeMail>,
) {
  const { news } = database;
  return composePeople({ transactor, news, log, authSecret: secrets.authSecret, origin, mail });
}

function copiesOf({ database, clock, origin }: ServerOptions, transactor: Transactor) {
  const upgradeUrl = upgradeUrls((slug) => `${origin()}/p/${slug}`);
  return createCheckCopies({ transactor, news: database.news, clock, upgradeUrl });
}

type Parts = Awaited<ReturnType<typeof composeParts>>;

function composeApp(options: ServerOptions, parts: Parts, running: Running): Promise<FastifyInstance> {
  const { config, database, clock, log, origin } = options;
  const { transactor, people, box } = parts;
  const limiter = new RateLimiter({ ...limitsOf(config), ...options.limits }, clock);
  const isStripeOfServer = config.stripe !== undefined;
  const handlers: HandlerParts = {
    ...parts,
    origin,
    isStripeOfServer,
    demo: () => options.demo?.() ?? noDemo,
  };
  const [operator, member] = [operatorHandlers(handlers), memberHandlers(handlers)];
  return buildApp({
    contracts: [
      { routes: operatorRoutes, handlers: operator },
      { routes: memberRoutes, handlers: member },
    ],
    bind: {
      transactor,
      box,
      directory: people.directory,
      limiter,
      ownOrigin: origin,
      checkAnswers: options.checkAnswers ?? false,
      countryHeader: config.countryHeader,
    },
    quick: {
      checkEntitlement: quickAnswers<Question>({
        questionOf: (body) => questionOf(body as Question['input']),
        find: parts.copies.find,
      }),
    },
    log,
    newRequestId: createRequestIds(options.clock, options.randomBytes),
    trustedProxies: config.trustedProxies,
    secure: config.appUrl.startsWith('https:'),
    observe: (request) => running.metrics?.observe(request),
    async extend(app) {
      mountSignIn(app, {
        operators: people.operatorSignIn,
        members: people.memberSignIn,
        limiter,
        ownOrigin: origin,
      });
      mountOperations(app, {
        checkDatabase: async () => void (await transactor.lookUp((sql) => sql.row('select 1'))),
        async metrics() {
          running.metrics ??= await createMetrics(database);
          return running.metrics.render();
        },
        metricsToken: config.metricsToken,
        version: options.version,
        openApi: printOpenApi(),
        isStopping: () => running.isStopping,
      });
      mountHooks(app, parts.hooks);
      mountTextHooks(app, parts.textHooks);
      await serveWeb(app, options.web, async (slug) => {
        const tenant = await transactor.lookUp((sql) => findTenantBySlug(sql, slug));
        return (tenant?.settings.stripePricingTable ?? null) !== null;
      });
    },
  });
}

function printOpenApi(): () => Promise<string> {
  let text: string | undefined;
  return async () => {
    const { openApiDocument } = await import('@billhook/contract/openapi');
    text ??= JSON.stringify(openApiDocument('operator'));
    return text;
  };
}
