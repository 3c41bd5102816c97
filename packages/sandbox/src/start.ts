import { mkdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildApp } from './app.ts';
import type { Context } from './context.ts';
import type { Log } from './log.ts';
import { Mailbox } from './mail/mailbox.ts';
import { type SmtpAuth, type SmtpTls, startSmtp } from './mail/smtp.ts';
import type { RandomBytes } from './state/ids.ts';
import { openWorld } from './state/world.ts';
import { usesBilling } from './stripe/billing-part.ts';
import { sweep } from './stripe/http.ts';
import { loadBilling } from './stripe/load-billing.ts';
import { createDeliveries } from './webhooks/deliveries.ts';
import { closeConnections } from './webhooks/post.ts';

/** How the sandbox is started. */
export interface SandboxOptions {
  /** Folder of the journal and the mailbox; made when it is missing, for its owner only. */
  readonly folder: string;
  /** Port of the HTTP side; 0 or left out takes a free one. */
  readonly stripePort?: number;
  /** Port of the mail server; 0 or left out takes a free one. */
  readonly smtpPort?: number;
  /** Address to listen on; the machine's own unless set. */
  readonly host?: string;
  /** Address under which browsers reach the hosted pages, when it is not the one listened on. */
  readonly publicUrl?: string;
  /** Token that the control API asks for. */
  readonly controlToken: string;
  /** User and password that mail senders must give; anybody may send when left out. */
  readonly smtpAuth?: SmtpAuth;
  /** Has the mail server offer STARTTLS with this key and certificate. */
  readonly smtpTls?: SmtpTls;
  /** Addresses that may send mail; every one when left out. */
  readonly smtpSenders?: readonly string[];
  readonly maxMailBytes?: number;
  /** Where the address of a webhook endpoint is really reached; the address itself unless set. */
  readonly reachWebhook?: (url: string) => string;
  /** Real time in milliseconds. */
  readonly wallNow: () => number;
  readonly randomBytes: RandomBytes;
  readonly log: Log;
}

/** A running sandbox. */
export interface Sandbox {
  /** Base of Stripe's and PayPal's API and of the hosted pages, such as http://127.0.0.1:4010. */
  readonly stripeUrl: string;
  /** Such as smtp://127.0.0.1:4025. */
  readonly smtpUrl: string;
  /** Base of the control API. */
  readonly controlUrl: string;
  /** Finishes what is being written and stops. */
  readonly stop: () => Promise<void>;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_MAX_MAIL_BYTES = 25 * 1024 * 1024;
const SWEEP_INTERVAL_MS = 30_000;

/** Starts the sandbox: state comes back from the journal, deliveries that wait go on. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { folder, wallNow, randomBytes, log, host = DEFAULT_HOST } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const world = await openWorld(join(folder, 'journal.jsonl'), wallNow, randomBytes);
  if ([...world.accounts.values()].some(usesBilling)) await loadBilling();
  const mailbox = await Mailbox.open(join(folder, 'mail.log'), world.makeId, wallNow);
  let listeningUrl = '';
  const context: Context = {
    world,
    log,
    deliveries: createDeliveries(world, log, options.reachWebhook),
    baseUrl: () => options.publicUrl ?? listeningUrl,
    held: new Set<ServerResponse>(),
  };
  const { app, payPal, texts } = buildApp(context, mailbox, options.controlToken, {
    folder,
    wallNow,
    randomBytes,
    log,
    baseUrl: context.baseUrl,
    reachWebhook: options.reachWebhook ?? ((url) => url),
    held: context.held,
  });
  const undo: (() => Promise<void>)[] = [() => mailbox.close(), () => world.journal.close()];
  try {
    await app.listen({ host, port: options.stripePort ?? 0 });
    undo.unshift(
      () => app.close(),
      payPal.stop,
      () => texts.stop(),
    );
    const smtp = await startSmtp({
      mailbox,
      host,
      port: options.smtpPort ?? 0,
      auth: options.smtpAuth,
      tls: options.smtpTls,
      senders: options.smtpSenders,
      maxBytes: options.maxMailBytes ?? DEFAULT_MAX_MAIL_BYTES,
      log,
    });
    undo.unshift(smtp.stop);
    const { port } = app.server.address() as AddressInfo;
    listeningUrl = `http://${urlHost(host)}:${port}`;
    payPal.resume();
    return {
      stripeUrl: listeningUrl,
      controlUrl: listeningUrl,
      smtpUrl: `smtp://${urlHost(host)}:${smtp.port}`,
      stop: beginWork(context, undo),
    };
  } catch (cause) {
    for (const step of undo) await step();
    throw cause;
  }
}

function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function beginWork(context: Context, undo: readonly (() => Promise<void>)[]): () => Promise<void> {
  const sweepAll = () => {
    for (const account of context.world.accounts.values()) {
      try {
        sweep(context, account);
      } catch (cause) {
        // Nothing of it was written. The other accounts go on, and whoever moves this one's clock is told.
        context.log.warn('What was due could not be done.', {
          account: account.settings.id,
          cause: String(cause),
        });
      }
      context.deliveries.wake(account);
    }
  };
  sweepAll();
  const timer = setInterval(sweepAll, SWEEP_INTERVAL_MS);
  timer.unref();
  let stopping: Promise<void> | null = null;
  return () => {
    stopping ??= (async () => {
      clearInterval(timer);
      await context.deliveries.stop();
      closeConnections();
      for (const step of undo) await step();
    })();
    return stopping;
  };
}
