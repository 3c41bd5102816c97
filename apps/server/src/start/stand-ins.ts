import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Sandbox } from '@billhook/sandbox/start';
import { systemClock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';

/** Addresses of the stand-ins for payments and mail, which serve every sandbox tenant. */
export type StandInUrls = { controlUrl: string; stripeUrl: string; smtpUrl: string };

/** Starts the stand-ins on the data of this installation. One process at a time may do so. */
export async function openStandIns(options: {
  dataFolder: string;
  controlToken: string;
  log: Log;
  /** Takes the ports of these addresses; free ones when left out. */
  at?: StandInUrls;
  /** Where the address of a webhook endpoint is really reached. */
  reachWebhook?: (url: string) => string;
}): Promise<Sandbox> {
  const { dataFolder, controlToken, log, at, reachWebhook } = options;
  const { startSandbox } = await import('@billhook/sandbox/start');
  const portOf = (url: string | undefined) => (url === undefined ? 0 : Number(new URL(url).port));
  return startSandbox({
    folder: path.join(dataFolder, 'sandbox'),
    controlToken,
    stripePort: portOf(at?.stripeUrl),
    smtpPort: portOf(at?.smtpUrl),
    wallNow: systemClock,
    randomBytes,
    ...(reachWebhook === undefined ? {} : { reachWebhook }),
    log: {
      info: (message: string) => log.info({ process: 'sandbox' }, message),
      warn: (message: string) => log.warn({ process: 'sandbox' }, message),
      error: (message: string) => log.error({ process: 'sandbox' }, message),
    } as never,
  });
}

export type StandIns = {
  urls: StandInUrls;
  stop(): Promise<void>;
  /** Begins again at the same addresses. */
  restart(): Promise<void>;
};

/** Stand-ins that can be handed to another process for a while. */
export async function keepStandIns(options: Parameters<typeof openStandIns>[0]): Promise<StandIns> {
  let running: Sandbox | undefined = await openStandIns(options);
  const { controlUrl, stripeUrl, smtpUrl } = running;
  const urls = { controlUrl, stripeUrl, smtpUrl };
  return {
    urls,
    async stop() {
      const last = running;
      running = undefined;
      await last?.stop();
    },
    async restart() {
      running ??= await openStandIns({ ...options, at: urls });
    },
  };
}
