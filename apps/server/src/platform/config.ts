import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StartError } from './start-error.ts';

export type ProcessRole = 'api' | 'worker' | 'all';

/** Everything the environment may say, read once and checked. What is absent has a default or an embedded stand-in. */
export type Config = {
  port: number;
  host: string;
  /** Undefined starts the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  databaseAdminUrl: string | undefined;
  dataFolder: string;
  /** Address under which people reach this server, without a slash at the end. */
  appUrl: string;
  /** Undefined starts the sandbox, whose mailbox is read in the admin app. */
  smtpUrl: string | undefined;
  mailFrom: string;
  s3: S3Config | undefined;
  /** Undefined uses the sandbox as Stripe. */
  stripe: StripeConfig | undefined;
  /** By whom text messages of live environments leave; undefined, and they wait. */
  twilio: TwilioConfig | undefined;
  /** Where test keys of Stripe find its API; undefined for Stripe itself. */
  stripeTestUrl: string | undefined;
  /** An access point of Peppol; undefined keeps what live environments send waiting. */
  peppol: { url: string; token: string | undefined } | undefined;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  metricsToken: string | undefined;
  role: ProcessRole;
  demo: boolean;
  /** Brings the database up to date and ends. */
  migrateOnly: boolean;
  /** How many proxies in front of this server may be believed about the address of the caller. */
  trustedProxies: number;
  /** The header in which a trusted proxy says from which country a request comes; null for none. */
  countryHeader: string | null;
  /** Requests a minute that one API key may make: to the routes of usage and rights, and to each other one. */
  keyLimits: { hot: number; other: number };
};

export type S3Config = {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
};

export type TwilioConfig = {
  accountSid: string;
  authToken: string;
  /** A number in E.164, a sender's name, or a messaging service. */
  from: string;
  /** Where its API is; undefined for Twilio itself. */
  apiUrl: string | undefined;
};

export type StripeConfig = {
  secretKey: string;
  webhookSecret: string;
};

/** Every name that is read. `.env.example` documents each; a test compares the two. */
export const ENVIRONMENT_NAMES = [
  'PORT',
  'HOST',
  'APP_URL',
  'ROLE',
  'LOG_LEVEL',
  'METRICS_TOKEN',
  'TRUSTED_PROXIES',
  'COUNTRY_HEADER',
  'KEY_LIMIT_HOT',
  'KEY_LIMIT',
  'BILLHOOK_DATA',
  'DATABASE_URL',
  'DATABASE_ADMIN_URL',
  'SMTP_URL',
  'MAIL_FROM',
  'STRIPE_SECRET_KEY',
  'STRIPE_WEBHOOK_SECRET',
  'STRIPE_API_URL',
  'TWILIO_ACCOUNT_SID',
  'TWILIO_AUTH_TOKEN',
  'TWILIO_FROM',
  'TWILIO_API_URL',
  'PEPPOL_URL',
  'PEPPOL_TOKEN',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
] as const;

type Name = (typeof ENVIRONMENT_NAMES)[number];
type Environment = Record<string, string | undefined>;

const MOST_REQUESTS = 1_000_000_000;
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
const ROLES = ['api', 'worker', 'all'] as const;
const FLAGS = ['--no-demo', '--help', '--migrate-only'];

/**
 * Reads the environment and the flags. Each name may also be given as `<NAME>_FILE`, the path of a file that
 * holds the value, as containers hand over secrets.
 * @throws StartError that lists all faults at once
 */
export function readConfig(environment: Environment, flags: readonly string[]): Config {
  const faults: string[] = [];
  const read = (name: Name) => readOne(environment, name, faults);
  checkFlags(flags, faults);
  const port = wholeNumber(read('PORT') ?? '4000', 'PORT', 0, 65_535, faults);
  const host = read('HOST') ?? '127.0.0.1';
  const config: Config = {
    port,
    host,
    databaseUrl: url(read('DATABASE_URL'), 'DATABASE_URL', ['postgres:', 'postgresql:'], faults),
    databaseAdminUrl: url(
      read('DATABASE_ADMIN_URL'),
      'DATABASE_ADMIN_URL',
      ['postgres:', 'postgresql:'],
      faults,
    ),
    dataFolder: path.resolve(read('BILLHOOK_DATA') ?? '.billhook'),
    appUrl: (
      url(read('APP_URL'), 'APP_URL', ['http:', 'https:'], faults) ?? `http://localhost:${port}`
    ).replace(/\/+$/, ''),
    smtpUrl: url(read('SMTP_URL'), 'SMTP_URL', ['smtp:', 'smtps:'], faults),
    mailFrom: read('MAIL_FROM') ?? 'billing@localhost.localdomain',
    s3: readS3(read, faults),
    stripe: readStripe(read, faults),
    stripeTestUrl: url(read('STRIPE_API_URL'), 'STRIPE_API_URL', ['http:', 'https:'], faults),
    peppol: readPeppol(read, faults),
    twilio: readTwilio(read, faults),
    logLevel: oneOf(read('LOG_LEVEL') ?? 'warn', 'LOG_LEVEL', LOG_LEVELS, faults),
    metricsToken: read('METRICS_TOKEN'),
    role: oneOf(read('ROLE') ?? 'all', 'ROLE', ROLES, faults),
    demo: !flags.includes('--no-demo'),
    migrateOnly: flags.includes('--migrate-only'),
    countryHeader: read('COUNTRY_HEADER')?.trim().toLowerCase() || null,
    trustedProxies: wholeNumber(read('TRUSTED_PROXIES') ?? '0', 'TRUSTED_PROXIES', 0, 10, faults),
    keyLimits: {
      hot: wholeNumber(read('KEY_LIMIT_HOT') ?? '6000000', 'KEY_LIMIT_HOT', 1, MOST_REQUESTS, faults),
      other: wholeNumber(read('KEY_LIMIT') ?? '120000', 'KEY_LIMIT', 1, MOST_REQUESTS, faults),
    },
  };
  if (config.countryHeader !== null && config.trustedProxies === 0)
    faults.push('COUNTRY_HEADER needs TRUSTED_PROXIES beside it');
  if (config.databaseAdminUrl && !config.databaseUrl)
    faults.push('DATABASE_ADMIN_URL needs DATABASE_URL beside it');
  if (faults.length > 0) {
    const noun = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new StartError(`The configuration has ${noun}: ${faults.join('; ')}.`);
  }
  return config;
}

function checkFlags(flags: readonly string[], faults: string[]): void {
  for (const [index, flag] of flags.entries()) {
    if (FLAGS.includes(flag) || flags[index - 1] === '--port') continue;
    const [name, value = flags[index + 1] ?? '4001'] = flag.split('=');
    if (name === '--port') faults.push(`--port is not a flag; set PORT instead: PORT=${value} npm start`);
    else faults.push(`${flag} is not a flag; there are ${FLAGS.join(', ')}`);
  }
}

function readOne(environment: Environment, name: Name, faults: string[]): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file) {
    if (environment[name]) faults.push(`${name} and ${name}_FILE are both set; keep one`);
    try {
      return readFileSync(file, 'utf8').trim() || undefined;
    } catch {
      faults.push(`${name}_FILE names a file that cannot be read`);
      return undefined;
    }
  }
  return environment[name]?.trim() || undefined;
}

function wholeNumber(text: string, name: Name, least: number, most: number, faults: string[]): number {
  const value = /^[0-9]{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  faults.push(`${name} must be a whole number from ${least} to ${most}`);
  return least;
}

function oneOf<T extends string>(text: string, name: Name, allowed: readonly T[], faults: string[]): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined) faults.push(`${name} must be one of ${allowed.join(', ')}`);
  return found ?? (allowed[0] as T);
}

function url(
  text: string | undefined,
  name: Name,
  protocols: readonly string[],
  faults: string[],
): string | undefined {
  if (text === undefined) return undefined;
  // The value itself is never repeated: it may hold a password.
  if (!URL.canParse(text) || !protocols.includes(new URL(text).protocol)) {
    faults.push(
      `${name} must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    );
  }
  return text;
}

function readPeppol(read: (name: Name) => string | undefined, faults: string[]): Config['peppol'] {
  const address = url(read('PEPPOL_URL'), 'PEPPOL_URL', ['http:', 'https:'], faults);
  const token = read('PEPPOL_TOKEN');
  if (token !== undefined && address === undefined) faults.push('PEPPOL_TOKEN needs PEPPOL_URL beside it');
  return address === undefined ? undefined : { url: address.replace(/\/+$/, ''), token };
}

function readTwilio(read: (name: Name) => string | undefined, faults: string[]): TwilioConfig | undefined {
  const accountSid = read('TWILIO_ACCOUNT_SID');
  const authToken = read('TWILIO_AUTH_TOKEN');
  const from = read('TWILIO_FROM');
  const apiUrl = url(read('TWILIO_API_URL'), 'TWILIO_API_URL', ['http:', 'https:'], faults);
  if (!accountSid && !authToken && !from) {
    if (apiUrl) faults.push('TWILIO_API_URL needs TWILIO_ACCOUNT_SID beside it');
    return undefined;
  }
  if (!accountSid || !authToken || !from) {
    faults.push('Twilio needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM together');
    return undefined;
  }
  if (!/^AC[0-9a-fA-F]{32}$/.test(accountSid))
    faults.push('TWILIO_ACCOUNT_SID must be AC and 32 hexadecimal figures');
  if (!/^(?:\+[1-9][0-9]{6,14}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{1,11})$/.test(from))
    faults.push(
      "TWILIO_FROM must be a number as +4915112345678, a messaging service as MG…, or a sender's name",
    );
  return { accountSid, authToken, from, apiUrl: apiUrl?.replace(/\/+$/, '') };
}

function readS3(read: (name: Name) => string | undefined, faults: string[]): S3Config | undefined {
  const bucket = read('S3_BUCKET');
  const accessKeyId = read('S3_ACCESS_KEY_ID');
  const secretAccessKey = read('S3_SECRET_ACCESS_KEY');
  const endpoint = url(read('S3_ENDPOINT'), 'S3_ENDPOINT', ['http:', 'https:'], faults);
  const region = read('S3_REGION') ?? 'us-east-1';
  if (!bucket && !accessKeyId && !secretAccessKey && !endpoint) return undefined;
  if (!bucket || !accessKeyId || !secretAccessKey) {
    faults.push('S3 needs S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY together');
    return undefined;
  }
  return { endpoint, region, bucket, accessKeyId, secretAccessKey };
}

function readStripe(read: (name: Name) => string | undefined, faults: string[]): StripeConfig | undefined {
  const secretKey = read('STRIPE_SECRET_KEY');
  const webhookSecret = read('STRIPE_WEBHOOK_SECRET');
  if (!secretKey) {
    if (webhookSecret) faults.push('STRIPE_SECRET_KEY is missing beside STRIPE_WEBHOOK_SECRET');
    return undefined;
  }
  if (!/^(sk|rk)_(test|live)_/.test(secretKey)) {
    faults.push('STRIPE_SECRET_KEY must begin with sk_ or rk_, then test_ or live_');
  } else if (!webhookSecret) {
    // Without it no payment page would ever complete, and nobody could tell whose a message is.
    faults.push('STRIPE_WEBHOOK_SECRET is missing beside STRIPE_SECRET_KEY');
  }
  // A stand-in moves no money, so a key that could must never be sent to one.
  if (read('STRIPE_API_URL') && secretKey.includes('_live_')) {
    faults.push('STRIPE_API_URL is for test keys; leave it empty with a live one');
  }
  return { secretKey, webhookSecret: webhookSecret ?? '' };
}
