import { pino } from 'pino';

/** Structured log. Fields are an allow-list: what is not named here never reaches a log line. */
export type Log = {
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
};

export type LogFields = {
  requestId?: string;
  method?: string;
  route?: string;
  status?: number;
  durationMs?: number;
  tenantId?: number;
  code?: string;
  reason?: string;
  process?: string;
  count?: number;
  objectId?: string;
  migration?: string;
  address?: string;
  stack?: string;
};

const ALLOWED = new Set<keyof LogFields>([
  'requestId',
  'method',
  'route',
  'status',
  'durationMs',
  'tenantId',
  'code',
  'reason',
  'process',
  'count',
  'objectId',
  'migration',
  'address',
  'stack',
]);

function allowed(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => ALLOWED.has(name as keyof LogFields)));
}

/** Writes JSON lines to standard error, so that standard output stays free for what a command answers. */
export function createLog(level: string): Log {
  const logger = pino({ level, base: null }, pino.destination({ fd: 2, sync: true }));
  return {
    info: (fields, message) => logger.info(allowed(fields), message),
    warn: (fields, message) => logger.warn(allowed(fields), message),
    error: (fields, message) => logger.error(allowed(fields), message),
  };
}

/** The same log, in which complaints are mere information while they say nothing that the reader must act on. */
export function hushed(log: Log, isHushed: () => boolean): Log {
  const quieter = (level: 'warn' | 'error') => (fields: LogFields, message: string) =>
    log[isHushed() ? 'info' : level](fields, message);
  return { info: log.info, warn: quieter('warn'), error: quieter('error') };
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
