import type { OperatorRoutes } from '@billhook/contract/routes';
import { formatInstant, type Instant } from '@billhook/core/time/instant';
import { type Handlers, outside } from '../../http/handlers.ts';
import { refuse } from '../../platform/refuse.ts';
import type { Transactor } from '../../platform/transaction.ts';

/** Port: the mailbox of the SMTP stand-in. Every call names the tenant, whose mail alone is seen. */
export type Mailbox = {
  list(
    slug: string,
    page: { to?: string; limit: number; after?: string },
  ): Promise<{ messages: MailboxMessage[]; hasMore: boolean }>;
  get(slug: string, id: string): Promise<MailboxMessage | undefined>;
  attachment(
    slug: string,
    id: string,
    index: number,
  ): Promise<{ contentType: string; name: string; bytes: Uint8Array } | undefined>;
};

export type MailboxMessage = {
  id: string;
  from: string;
  to: readonly string[];
  subject: string;
  text: string | null;
  html: string | null;
  attachments: readonly { index: number; name: string; contentType: string; byteSize: number }[];
  receivedAt: number;
};

type RouteIds = 'listMailbox' | 'getMailboxMessage' | 'getMailboxAttachment';

const PREVIEW_LENGTH = 160;
const MISSING = 'There is no such message in this mailbox.';

export function mailboxRoutes(deps: {
  transactor: Transactor;
  mailbox: Mailbox | null;
}): Pick<Handlers<OperatorRoutes>, RouteIds> {
  const open = async (request: Parameters<Transactor['query']>[0]) => {
    const tenant = await deps.transactor.query(request, async (ctx) => ctx.tenant);
    if (!deps.mailbox || tenant.kind !== 'sandbox')
      refuse('mailbox.not_found', 'Mail of this tenant leaves for real; there is no mailbox to read.');
    return { slug: tenant.slug, mailbox: deps.mailbox };
  };
  return {
    listMailbox: outside(async (request, { query }) => {
      const { slug, mailbox } = await open(request);
      const page = await mailbox.list(slug, {
        limit: query.limit ?? 20,
        ...(query.to ? { to: query.to } : {}),
        ...(query.starting_after ? { after: query.starting_after } : {}),
      });
      const last = page.messages.at(-1);
      return {
        object: 'list',
        data: page.messages.map(row),
        has_more: page.hasMore,
        next_cursor: page.hasMore && last ? last.id : null,
      };
    }),
    getMailboxMessage: outside(async (request, { params }) => {
      const { slug, mailbox } = await open(request);
      const message = (await mailbox.get(slug, params.id)) ?? refuse('mailbox.not_found', MISSING);
      return { ...row(message), text: message.text, html: message.html };
    }),
    getMailboxAttachment: outside(async (request, { params }) => {
      const { slug, mailbox } = await open(request);
      const found =
        (await mailbox.attachment(slug, params.id, params.index)) ?? refuse('mailbox.not_found', MISSING);
      return {
        contentType: found.contentType,
        body: found.bytes,
        headers: {
          'content-disposition': `attachment; filename="${found.name.replace(/[^A-Za-z0-9._-]/g, '_')}"`,
          'x-content-type-options': 'nosniff',
        },
      };
    }),
  };
}

function row(message: MailboxMessage) {
  return {
    id: message.id,
    object: 'mailbox_message' as const,
    from: message.from,
    to: [...message.to],
    subject: message.subject,
    preview: (message.text ?? '').replace(/\s+/g, ' ').trim().slice(0, PREVIEW_LENGTH),
    attachments: message.attachments.map((file) => ({
      index: file.index,
      name: file.name,
      content_type: file.contentType,
      byte_size: file.byteSize,
    })),
    created_at: formatInstant(message.receivedAt as Instant),
  };
}
