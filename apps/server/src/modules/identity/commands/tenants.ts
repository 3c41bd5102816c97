import { isCurrencyCode } from '@billhook/core/money/currency';
import { type Instant, parseInstant } from '@billhook/core/time/instant';
import { isKnownZone } from '@billhook/core/time/zone';
import type { CommandCtx, QueryCtx, TenantSettings } from '../../../platform/context.ts';
import { type FieldFault, refuse } from '../../../platform/refuse.ts';
import { findTenantById, insertTenant, type TenantRow, tenantTypeId } from '../../../platform/tenants.ts';
import * as repo from '../repo.ts';

export type NewTenantRequest = {
  slug: string;
  name: string;
  kind: 'live' | 'sandbox';
  currency: string;
  time_zone: string;
  /** Where the clock of a sandbox stands at first; it follows real time if left out. */
  clock_at?: string | undefined;
};

/** Adds a live environment or a sandbox to the organization of the tenant that the request works for. */
export async function createTenant(ctx: CommandCtx, asked: NewTenantRequest): Promise<TenantRow> {
  checkPlace(asked);
  if (asked.kind === 'live' && asked.clock_at !== undefined) {
    refuse('request.invalid', 'The request has one fault; nothing was changed.', {
      faults: [
        {
          pointer: '/clock_at',
          code: 'clock.not_movable',
          detail: 'The clock of a live tenant is real time.',
        },
      ],
    });
  }
  const organization = await repo.organizationOf(ctx);
  const row = await insertTenant(ctx.sql, {
    publicId: ctx.newId(),
    organizationId: organization.id,
    slug: asked.slug,
    name: asked.name,
    kind: asked.kind,
    currency: asked.currency,
    timeZone: asked.time_zone,
    settings: {},
    frozenAt: readClock(asked.clock_at),
    createdAt: ctx.wallNow,
  });
  if (row === undefined) refuse('tenant.already_exists', `The slug ${asked.slug} is taken.`);
  ctx.audit({
    action: 'tenant.create',
    objectKind: 'tenant',
    objectId: tenantTypeId(row.public_id),
    details: { slug: row.slug, kind: row.kind },
  });
  return row;
}

function readClock(text: string | undefined): Instant | null {
  if (text === undefined) return null;
  const moment = parseInstant(text);
  if (moment.ok) return moment.value;
  return refuse('request.invalid', 'The request has one fault; nothing was changed.', {
    faults: [{ pointer: '/clock_at', code: moment.refusal.code, detail: moment.refusal.detail }],
  });
}

export type TenantChange = {
  name?: string | undefined;
  currency?: string | undefined;
  time_zone?: string | undefined;
  settings?: Partial<TenantSettings> | undefined;
};

/** Changes what is given and leaves the rest; the row is locked, so that two changes at once both stand. */
export async function updateTenant(ctx: CommandCtx, change: TenantChange): Promise<TenantRow> {
  checkPlace(change);
  await ctx.sql.rows('select 1 from tenants where id = $1 for update', [ctx.tenant.id]);
  const before = await currentRow(ctx);
  const settings = { ...before.settings, ...change.settings };
  if (change.settings?.logoFileId) await requireLogo(ctx, change.settings.logoFileId);
  await ctx.sql.run(
    'update tenants set name = $2, currency = $3, time_zone = $4, settings = $5 where id = $1',
    [
      ctx.tenant.id,
      change.name ?? before.name,
      change.currency ?? before.currency,
      change.time_zone ?? before.time_zone,
      JSON.stringify(settings),
    ],
  );
  ctx.outdate('all', 'rights');
  ctx.audit({
    action: 'tenant.update',
    objectKind: 'tenant',
    objectId: tenantTypeId(before.public_id),
    details: {
      before: {
        name: before.name,
        currency: before.currency,
        time_zone: before.time_zone,
        settings: before.settings,
      },
      changed: change,
    },
  });
  return currentRow(ctx);
}

async function currentRow(ctx: CommandCtx): Promise<TenantRow> {
  const row = await findTenantById(ctx.sql, ctx.tenant.id);
  if (row === undefined) throw new Error('the tenant of a command is gone');
  return row;
}

/** Refuses with `file.not_found`. */
export async function requireLogo(ctx: QueryCtx, fileId: string): Promise<void> {
  const row = await ctx.sql.row(
    `select 1 from files where tenant_id = $1 and id = $2 and state = 'clean' and purpose = 'logo'`,
    [ctx.tenant.id, fileId],
  );
  if (row === undefined) refuse('file.not_found', 'There is no logo with this id.');
}

function checkPlace(asked: { currency?: string | undefined; time_zone?: string | undefined }): void {
  const faults: FieldFault[] = [];
  if (asked.currency !== undefined && !isCurrencyCode(asked.currency)) {
    faults.push({
      pointer: '/currency',
      code: 'currency.unknown',
      detail: 'This currency is not one of ISO 4217 that is in use.',
    });
  }
  if (asked.time_zone !== undefined && !isKnownZone(asked.time_zone)) {
    faults.push({
      pointer: '/time_zone',
      code: 'time_zone.unknown',
      detail: 'This is not a time zone of the IANA list.',
    });
  }
  if (faults.length > 0)
    refuse('request.invalid', 'The request has faults; nothing was changed.', { faults });
}
