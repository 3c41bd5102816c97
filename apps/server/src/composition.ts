import type { RouteDefinition } from '@billhook/contract/define-route';
import { openApiDocument } from '@billhook/contract/openapi';
import { memberRoutes, operatorRoutes } from '@billhook/contract/routes';
import { controlClient } from '@billhook/sandbox/control-client';
import type { FastifyInstance } from 'fastify';
import { createLocalDiskStore } from './adapters/local-disk/file-store.ts';
import { sandboxClockFollower } from './adapters/sandbox/clock-follower.ts';
import { sandboxMailbox } from './adapters/sandbox/mailbox.ts';
import { createSmtpTransport } from './adapters/smtp/mail-transport.ts';
import { mailFacts } from './composition/mail-facts.ts';
import { composePayments } from './composition/payments.ts';
import { composePeople } from './composition/people.ts';
import { composeProviderAccounts } from './composition/provider-accounts.ts';
import { buildApp } from './http/app.ts';
import type { BindDeps } from './http/bind.ts';
import { mountHooks } from './http/hooks.ts';
import { DEFAULT_LIMITS, type Limits, RateLimiter } from './http/limits.ts';
import { mountOperations } from './http/operations.ts';
import { mountSignIn } from './http/sign-in.ts';
import { serveWeb, type WebFolders } from './http/web.ts';
import { catalogRoutes } from './modules/catalog/routes.ts';
import { memberPeopleRoutes } from './modules/customers/members/routes.ts';
import { customerRoutes } from './modules/customers/routes.ts';
import { entitlementRoutes } from './modules/entitlements/routes.ts';
import { fileRoutes } from './modules/files/routes.ts';
import { createFileService } from './modules/files/service.ts';
import { identityRoutes } from './modules/identity/routes.ts';
import { mailListener } from './modules/notifications/listeners.ts';
import { mailboxRoutes } from './modules/notifications/routes.ts';
import { sendMailsSource } from './modules/notifications/send-mails.ts';
import { subscriptionsOfCustomers } from './modules/subscriptions/api.ts';
import { usageRoutes } from './modules/usage/routes.ts';
import { auditSealSource } from './platform/audit-seal.ts';
import type { WallClock } from './platform/clock.ts';
import type { Config } from './platform/config.ts';
import { createSecretBox, createTextSigner, equalSecrets } from './platform/crypto.ts';
import type { Secrets } from './platform/data-folder.ts';
import type { Database } from './platform/database.ts';
import type { DueSource } from './platform/due.ts';
import type { RandomBytes } from './platform/ids.ts';
import type { Log } from './platform/log.ts';
import { createMetrics, type Metrics } from './platform/metrics.ts';
import { type Listener, outboxSource } from './platform/outbox.ts';
import { createTransactor, type Transactor } from './platform/transaction.ts';
import { startWorker, type Worker } from './platform/worker.ts';
import { type ClockMover, createClockMover } from './processes/advance-clock.ts';
import { billDueSource } from './processes/bill-due.ts';
import { clockRoutes } from './processes/clock-routes.ts';
import { mySubscriptionRoutes, subscriptionRoutes } from './processes/subscription-routes.ts';
import { usageAlertsSource } from './processes/usage-alerts.ts';

export type ServerOptions = {
  config: Config;
  secrets: Secrets;
  database: Database;
  /** Address under which people reach this server; known once it listens. */
  origin(): string;
  /** The mail server: the seller's, or the stand-in. */
  smtpUrl: string;
  /** The stand-ins for payments and mail, which serve every sandbox tenant. */
  sandbox: { controlUrl: string; stripeUrl: string };
  web: WebFolders;
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
  /** Finishes requests and work under way; then nothing of it runs any more. */
  stop(): Promise<void>;
};

/** The only place where adapters meet ports. */
export async function composeServer(options: ServerOptions): Promise<Server> {
  const { config, secrets, database, clock, log } = options;
  let worker: Worker | undefined;
  let metrics: Metrics | undefined;
  let stopping = false;
  const transactor = createTransactor({
    database,
    clock,
    randomBytes: options.randomBytes,
    log,
    wake: (source) => worker?.wake(source),
  });
  const mail = createSmtpTransport(options.smtpUrl, config.mailFrom);
  const people = composePeople({
    transactor,
    log,
    authSecret: secrets.authSecret,
    origin: options.origin,
    mail,
  });
  const box = createSecretBox(secrets.masterKey);
  const control = controlClient(options.sandbox.controlUrl, secrets.sandboxToken);
  const accounts = composeProviderAccounts({
    transactor,
    box,
    masterKey: secrets.masterKey,
    control,
    stripe: config.stripe,
    origin: options.origin,
    log,
  });
  const files = createFileService({
    transactor,
    store: await fileStore(config),
    sign: createTextSigner(secrets.masterKey, 'file-links'),
    same: equalSecrets,
  });
  const payments = composePayments({
    transactor,
    box,
    sandboxUrl: options.sandbox.stripeUrl,
    log,
    wake: (source) => worker?.wake(source),
  });
  const listeners: Listener[] = [mailListener(mailFacts)];
  const portalUrl = (slug: string) => `${options.origin()}/p/${slug}`;
  const invoicePdf = () => Promise.reject(new Error('documents are not there yet'));
  const sources: DueSource[] = [
    outboxSource(transactor, listeners, log),
    billDueSource({ transactor, log }),
    ...payments.sources,
    usageAlertsSource(transactor),
    auditSealSource(transactor),
    sendMailsSource({ transactor, transport: mail, log, portalUrl, invoicePdf }),
  ];
  const mover = createClockMover({
    transactor,
    sources,
    follower: sandboxClockFollower(control, accounts.sandboxAccountOf),
    log,
    wallClock: clock,
    settled: async (tenantId) => worker?.settled(tenantId),
  });
  const limiter = new RateLimiter({ ...DEFAULT_LIMITS, ...options.limits }, clock);
  const bind: BindDeps = {
    transactor,
    box,
    directory: people.directory,
    limiter,
    ownOrigin: options.origin,
    checkAnswers: options.checkAnswers ?? false,
  };
  const operatorHandlers = {
    ...identityRoutes({
      transactor,
      hashPassword: people.hashPassword,
      portalUrl,
      sendInvitation: people.inviteOperator,
      prepareTenant: (tenant) => accounts.prepare(tenant),
    }),
    ...catalogRoutes(),
    ...customerRoutes({ isBound: async (ctx, id) => (await subscriptionsOfCustomers(ctx, [id])).length > 0 }),
    ...subscriptionRoutes(),
    ...usageRoutes(),
    ...entitlementRoutes({ upgradeUrl: (slug, plan) => `${portalUrl(slug)}/plan?upgrade=${plan}` }),
    ...mailboxRoutes({ transactor, mailbox: sandboxMailbox(control) }),
    ...clockRoutes({ transactor, mover }),
    ...fileRoutes({
      transactor,
      files,
      get baseUrl() {
        return options.origin();
      },
    }),
  };
  const memberHandlers = {
    ...mySubscriptionRoutes(),
    ...memberPeopleRoutes({ transactor, sendInvitation: people.inviteMember, logoUrl: () => null }),
  };
  const app = await buildApp({
    contracts: [
      { routes: served(operatorRoutes, operatorHandlers), handlers: operatorHandlers },
      { routes: served(memberRoutes, memberHandlers), handlers: memberHandlers },
    ],
    bind,
    log,
    newRequestId: () => `req_${transactor.newId().replaceAll('-', '')}`,
    nowMs: clock,
    trustedProxies: config.trustedProxies,
    secure: config.appUrl.startsWith('https:'),
    observe: (request) => metrics?.observe(request),
    async extend(target) {
      mountSignIn(target, {
        operators: people.operatorSignIn,
        members: people.memberSignIn,
        limiter,
        ownOrigin: options.origin,
      });
      mountOperations(target, {
        checkDatabase: async () => void (await transactor.lookUp((sql) => sql.row('select 1'))),
        async metrics() {
          metrics ??= await createMetrics(database);
          return metrics.render();
        },
        metricsToken: config.metricsToken,
        version: options.version,
        openApi: printOpenApi(),
        isStopping: () => stopping,
      });
      mountHooks(target, payments.hooks);
      await serveWeb(target, options.web);
    },
  });
  return {
    app,
    transactor,
    sources,
    mover,
    hashPassword: people.hashPassword,
    async begin() {
      await accounts.prepareAll();
      if (config.role !== 'api') {
        await mover.resume();
        worker = startWorker({ transactor, sources, wallClock: clock, log, isAdvancing: mover.isAdvancing });
      }
      metrics ??= await createMetrics(database);
    },
    async stop() {
      stopping = true;
      await app.close();
      await worker?.stop();
      await mail.close();
    },
  };
}

/** The S3 client is large, so it is loaded only where S3 is set up. */
async function fileStore(config: Config) {
  if (config.s3 === undefined) return createLocalDiskStore(`${config.dataFolder}/files`);
  const { createS3Store } = await import('./adapters/s3/file-store.ts');
  return createS3Store(config.s3);
}

function printOpenApi(): () => Promise<string> {
  let text: string | undefined;
  return async () => {
    text ??= JSON.stringify(openApiDocument('operator'));
    return text;
  };
}

function served<Routes extends Record<string, RouteDefinition>>(
  routes: Routes,
  handlers: object,
): Record<string, RouteDefinition> {
  return Object.fromEntries(Object.entries(routes).filter(([id]) => Object.hasOwn(handlers, id)));
}
