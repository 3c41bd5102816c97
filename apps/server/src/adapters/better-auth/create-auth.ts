import { APIError, createAuthMiddleware } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import type { AuthTables, RunSql } from './sql-adapter.ts';
import { sqlAuthAdapter } from './sql-adapter.ts';

/** A mail with a secret link. It goes straight to the mail server: links are never stored, queued or logged. */
export type SecretMail = {
  template: 'identity.verify_email' | 'identity.reset_password';
  recipient: string;
  url: string;
};

export type AuthInstanceOptions = {
  tables: AuthTables;
  run: RunSql;
  secret: string;
  /** Origin under which people reach this server. */
  origin: string;
  /** Such as `/auth` or `/p/acme/auth`. */
  basePath: string;
  /** Path below which the session cookie is sent. */
  cookiePath: string;
  cookiePrefix: string;
  /** Members may sign themselves up; operators come by invitation. */
  allowSignUp: boolean;
  newId(): string;
  /** Page that takes a new password, with the token in its query. */
  resetUrl(token: string): string;
  /** Hands the mail over and does not wait, so that the answer takes the same time for unknown addresses. */
  sendMail(mail: SecretMail): void;
};

export type SessionUser = { id: string; email: string; name: string; emailVerified: boolean };

export type AuthInstance = {
  /** Answers a request under the base path. */
  handle(request: Request): Promise<Response>;
  /** Who is signed in by the cookies of these headers. */
  findUser(headers: Headers): Promise<SessionUser | null>;
};

const RESET_SECONDS = 30 * 60;
const SESSION_SECONDS = 7 * 86_400;
const MIN_PASSWORD = 10;
const MAX_PASSWORD = 200;

/** As the contract has it for every other name: no control characters, which could end a header of a mail. */
function isNameOfOneLine(name: string): boolean {
  const isControl = (character: string) => character < ' ' || character === '\u007f';
  return name.trim().length > 0 && name.length <= 200 && ![...name].some(isControl);
}

/** One better-auth instance: e-mail and password, sessions by cookie, verification and reset by mail. */
export function createAuth(options: AuthInstanceOptions): AuthInstance {
  const secure = options.origin.startsWith('https:');
  const auth = betterAuth({
    appName: 'Billhook',
    baseURL: options.origin,
    basePath: options.basePath,
    secret: options.secret,
    database: sqlAuthAdapter(options.tables, options.run),
    trustedOrigins: (request) => (request ? [options.origin, new URL(request.url).origin] : [options.origin]),
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    session: { expiresIn: SESSION_SECONDS, updateAge: 86_400, cookieCache: { enabled: false } },
    verification: { storeIdentifier: 'hashed' },
    emailAndPassword: {
      enabled: true,
      disableSignUp: !options.allowSignUp,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: MAX_PASSWORD,
      resetPasswordTokenExpiresIn: RESET_SECONDS,
      revokeSessionsOnPasswordReset: true,
      async sendResetPassword({ user, token }) {
        options.sendMail({
          template: 'identity.reset_password',
          recipient: user.email,
          url: options.resetUrl(token),
        });
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: false,
      async sendVerificationEmail({ user, url }) {
        options.sendMail({ template: 'identity.verify_email', recipient: user.email, url });
      },
    },
    advanced: {
      cookiePrefix: options.cookiePrefix,
      useSecureCookies: secure,
      defaultCookieAttributes: { path: options.cookiePath, sameSite: 'lax', httpOnly: true, secure },
      database: { generateId: () => options.newId() },
    },
    hooks: {
      before: createAuthMiddleware(async (ctx) => {
        const name: unknown = (ctx.body as { name?: unknown } | undefined)?.name;
        if (typeof name === 'string' && !isNameOfOneLine(name)) {
          throw new APIError('UNPROCESSABLE_ENTITY', {
            message: 'A name has 1 to 200 characters on one line.',
          });
        }
        // Who changes a password may do so because someone else knows it.
        if (ctx.path !== '/change-password') return undefined;
        return { context: { body: { ...(ctx.body as object), revokeOtherSessions: true } } };
      }),
    },
  });
  return {
    handle: (request) => auth.handler(request),
    async findUser(headers) {
      const found = await auth.api.getSession({ headers });
      if (!found) return null;
      const { id, email, name, emailVerified } = found.user;
      return { id, email, name, emailVerified };
    },
  };
}
