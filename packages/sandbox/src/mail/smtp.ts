import { timingSafeEqual } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Log } from '../log.ts';
import type { Mailbox } from './mailbox.ts';

const CLOSE_TIMEOUT_MS = 1_000;

/** User and password that senders must give. */
export interface SmtpAuth {
  readonly user: string;
  readonly pass: string;
}

/** Key and certificate, as PEM. */
export interface SmtpTls {
  readonly key: string;
  readonly cert: string;
}

interface SmtpOptions {
  readonly mailbox: Mailbox;
  readonly host: string;
  readonly port: number;
  readonly auth: SmtpAuth | undefined;
  /** Offers STARTTLS with this certificate. */
  readonly tls: SmtpTls | undefined;
  /** Addresses that may send; every one where it is left out. */
  readonly senders: readonly string[] | undefined;
  readonly maxBytes: number;
  readonly log: Log;
}

/** An error that carries the SMTP answer code. */
class SmtpRefusal extends Error {
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

/** Starts the mail server. A message is on disk before it is answered with 250. */
export async function startSmtp(options: SmtpOptions): Promise<{ port: number; stop: () => Promise<void> }> {
  const { auth, senders, tls } = options;
  const server = new SMTPServer({
    name: 'sandbox',
    banner: 'Sandbox mailbox: nothing is sent on',
    size: options.maxBytes,
    disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(auth === undefined ? ['AUTH'] : [])],
    ...(tls ?? {}),
    authOptional: auth === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    onAuth: (given, _session, callback) => {
      const fits =
        auth !== undefined && same(given.username ?? '', auth.user) && same(given.password ?? '', auth.pass);
      if (fits) callback(null, { user: auth.user });
      else callback(new SmtpRefusal(535, 'Wrong user name or password'));
    },
    onMailFrom: ({ address }, _session, callback) => {
      if (senders === undefined || senders.includes(address)) callback();
      else callback(new SmtpRefusal(553, `Sender address rejected: not owned by this user (${address})`));
    },
    onData: (stream, session, callback) => {
      receive(stream, session, options).then(
        (id) => callback(null, `kept as ${id}`),
        (cause) => callback(cause instanceof SmtpRefusal ? cause : failed(options.log, cause)),
      );
    },
  });
  server.on('error', (cause) => options.log.warn('The mail server had an error.', { cause: String(cause) }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const { port } = server.server.address() as AddressInfo;
  return { port, stop: () => new Promise((resolve) => server.close(() => resolve())) };
}

function failed(log: Log, cause: unknown): SmtpRefusal {
  log.warn('A mail could not be kept.', { cause: String(cause) });
  return new SmtpRefusal(451, 'The message could not be kept, try again later');
}

function same(given: string, expected: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(expected);
  return left.length === right.length && timingSafeEqual(left, right);
}

async function receive(
  stream: SMTPServerDataStream,
  session: SMTPServerSession,
  options: SmtpOptions,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is read and dropped, since a client expects its answer only at the end of the data.
    if (bytes <= options.maxBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (bytes > options.maxBytes)
    throw new SmtpRefusal(552, `A message may have ${options.maxBytes} bytes at most`);
  const { mailFrom, rcptTo } = session.envelope;
  const from = mailFrom === false ? '' : mailFrom.address;
  return options.mailbox.keep(
    Buffer.concat(chunks),
    from,
    rcptTo.map(({ address }) => address),
  );
}
