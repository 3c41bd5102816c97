import type { AuthInstance, SecretMail } from '../adapters/better-auth/create-auth.ts';
import type { Directory } from '../http/authenticate.ts';
import { createKeyDirectory, mentionsKey, operatorRights } from '../modules/identity/api.ts';
import type { MailTransport } from '../modules/notifications/api.ts';
import { writeMail } from '../modules/notifications/send-mails.ts';
import type { Log } from '../platform/log.ts';
import type { NewsDesk } from '../platform/news.ts';
import { findTenantById, findTenantBySlug, tenantContext, withDefaults } from '../platform/tenants.ts';
import type { Transactor } from '../platform/transaction.ts';

export type PeopleOptions = {
  transactor: Transactor;
  news: Pick<NewsDesk, 'hear' | 'isHearing'>;
  log: Log;
  authSecret: string;
  origin(): string;
  mail: MailTransport;
};

export type InvitationMail = {
  recipient: string;
  token: string;
  inviter: string;
  team: string;
  role: string;
};

const OPERATOR_TABLES = {
  user: 'auth."user"',
  session: 'auth.session',
  account: 'auth.account',
  verification: 'auth.verification',
};
const MEMBER_TABLES = {
  user: 'member_user',
  session: 'member_session',
  account: 'member_account',
  verification: 'member_verification',
};
const MAX_PORTALS = 200;
const OPERATOR_COOKIE = 'billhook';
const memberCookie = (slug: string) => `billhook-${slug}`;

/** One sign-in for operators and one for each portal that was used lately, each made when it is first needed. */
function createSignIns(options: PeopleOptions) {
  const { transactor } = options;
  const slugs = new Map<string, number>();
  const portals = new Map<number, Promise<AuthInstance>>();
  let operators: Promise<AuthInstance> | undefined;

  async function findSlug(slug: string): Promise<number | undefined> {
    const known = slugs.get(slug);
    if (known !== undefined) return known;
    const row = await transactor.lookUp((sql) => findTenantBySlug(sql, slug));
    // A slug never changes hands, so it may be remembered; one that is unknown may come to be.
    if (row !== undefined) slugs.set(slug, row.id);
    return row?.id;
  }

  function operatorSignIn(): Promise<AuthInstance> {
    operators ??= loadAuth({
      ...common(options),
      tables: OPERATOR_TABLES,
      run: (fn) => transactor.platform(fn),
      basePath: '/auth',
      cookiePath: '/',
      cookiePrefix: OPERATOR_COOKIE,
      allowSignUp: false,
      resetUrl: (token) => `${options.origin()}/admin/reset-password?token=${encodeURIComponent(token)}`,
      sendMail: (mail) => sendSecret(options, STAFF, mail.template, mail.recipient, { url: mail.url }),
    });
    return operators;
  }

  async function memberSignIn(slug: string): Promise<AuthInstance | undefined> {
    const tenantId = await findSlug(slug);
    if (tenantId === undefined) return undefined;
    const known = portals.get(tenantId);
    if (known !== undefined) portals.delete(tenantId);
    const instance = known ?? loadMemberAuth(options, slug, tenantId);
    // Moved to the end, so that the first one is always the one longest unused.
    portals.set(tenantId, instance);
    const oldest = portals.size > MAX_PORTALS ? portals.keys().next().value : undefined;
    if (oldest !== undefined) portals.delete(oldest);
    return instance;
  }

  return { findSlug, operatorSignIn, memberSignIn };
}

/** Sign-in of operators and members, loaded when the first person comes: machines with keys never need it. */
export function composePeople(options: PeopleOptions) {
  const { transactor, log } = options;
  const { findSlug, operatorSignIn, memberSignIn } = createSignIns(options);
  const keys = createKeyDirectory(transactor, log, options.news);
  const directory: Directory = {
    findKey: keys.findKey,
    knownKey: keys.knownKey,
    recallKey: keys.recallKey,
    findSlug,
    mentionsKey,
    async findOperator(headers, tenant) {
      if (!hasCookie(headers, OPERATOR_COOKIE)) return undefined;
      const user = await (await operatorSignIn()).findUser(headers);
      return user === null ? undefined : operatorRights(transactor, user.id, tenant);
    },
    async findMember(slug, headers) {
      if (!hasCookie(headers, memberCookie(slug))) return undefined;
      const signIn = await memberSignIn(slug);
      const user = await signIn?.findUser(headers);
      const tenantId = await findSlug(slug);
      return user && tenantId !== undefined ? { kind: 'member', id: user.id, tenantId } : undefined;
    },
  };
  return {
    directory,
    operatorSignIn,
    memberSignIn,
    /** Scrypt, as better-auth checks it; from the small package in which better-auth itself has it. */
    async hashPassword(password: string): Promise<string> {
      const { hashPassword } = await import('@better-auth/utils/password');
      return hashPassword(password);
    },
    inviteOperator(tenantId: number, mail: InvitationMail): void {
      const url = `${options.origin()}/admin/accept-invitation?token=${mail.token}`;
      const to = { tenantId, isStaff: true };
      sendSecret(options, to, 'identity.invitation', mail.recipient, { ...factsOf(mail), url });
    },
    inviteMember(tenantId: number, mail: InvitationMail): void {
      sendSecret(
        options,
        { tenantId, isStaff: false },
        'identity.invitation',
        mail.recipient,
        factsOf(mail),
        (portal) => `${portal}/accept-invitation?token=${mail.token}`,
      );
    },
  };
}

const factsOf = ({ inviter, team, role }: InvitationMail) => ({ inviter, team, role });

const common = (options: PeopleOptions) => ({
  secret: options.authSecret,
  origin: options.origin(),
  newId: options.transactor.newId,
});

async function loadAuth(
  settings: Parameters<typeof import('../adapters/better-auth/create-auth.ts').createAuth>[0],
): Promise<AuthInstance> {
  const { createAuth } = await import('../adapters/better-auth/create-auth.ts');
  return createAuth(settings);
}

function loadMemberAuth(options: PeopleOptions, slug: string, tenantId: number): Promise<AuthInstance> {
  const request = { tenantId, actor: { kind: 'system', id: 'member-auth' }, requestId: null } as const;
  return loadAuth({
    ...common(options),
    tables: MEMBER_TABLES,
    run: (fn) => options.transactor.command(request, (ctx) => fn(ctx.sql)),
    basePath: `/p/${slug}/auth`,
    cookiePath: `/p/${slug}`,
    cookiePrefix: memberCookie(slug),
    allowSignUp: true,
    resetUrl: (token) => `${options.origin()}/p/${slug}/reset-password?token=${encodeURIComponent(token)}`,
    sendMail: (mail: SecretMail) =>
      sendSecret(options, { tenantId, isStaff: false }, mail.template, mail.recipient, { url: mail.url }),
  });
}

const hasCookie = (headers: Headers, prefix: string) =>
  (headers.get('cookie') ?? '').includes(`${prefix}.session_token=`);

/** For whom a mail is: people of the seller, who may belong to no single tenant, or of a tenant's customer. */
type Addressee = { tenantId: number | null; isStaff: boolean };
const STAFF: Addressee = { tenantId: null, isStaff: true };

/**
 * Sends a mail that carries a secret link, past the queue: what is queued is stored, and the link must not be. It is
 * not waited for, so that an answer takes as long for an unknown address as for a known one. A mail that is lost is
 * asked for again.
 */
function sendSecret(
  options: PeopleOptions,
  { tenantId, isStaff }: Addressee,
  template: string,
  recipient: string,
  facts: Record<string, string>,
  urlOf?: (portal: string) => string,
): void {
  const portalUrl = (slug: string) => `${options.origin()}/p/${slug}`;
  const send = async () => {
    const row =
      tenantId === null ? undefined : await options.transactor.lookUp((sql) => findTenantById(sql, tenantId));
    const tenant =
      row === undefined
        ? {
            id: 0,
            kind: 'live' as const,
            slug: 'billhook',
            name: 'Billhook',
            settings: withDefaults({}, 'Billhook'),
          }
        : tenantContext(row);
    const all = urlOf === undefined ? facts : { ...facts, url: urlOf(portalUrl(tenant.slug)) };
    const mail = { id: options.transactor.newId(), template, recipient, facts: all };
    const audience = isStaff ? 'staff' : tenant.kind;
    await options.mail.send(await writeMail({ portalUrl }, tenant, mail, audience));
  };
  send().catch((error: unknown) => {
    options.log.warn(
      { process: 'secret-mail', reason: error instanceof Error ? error.message : String(error) },
      'a mail with a link did not leave',
    );
  });
}
