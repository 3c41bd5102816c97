import {
  DEFAULT_ROTATION_DAYS,
  earliestEnd,
  type SecretAge,
  type SecretKind,
  secretAge,
} from '@billhook/core/credentials/secret-age';
import type { Instant } from '@billhook/core/time/instant';
import type { CommandCtx, QueryCtx } from '../../platform/context.ts';
import { iso, isoOrNull } from '../../platform/sql.ts';

/** A secret in use. `mark` is a keyed hash of it, by which a new one is told from the old. */
export type KnownSecret = {
  name: string;
  kind: SecretKind;
  mark: Uint8Array;
  /** When it ends, as its issuer tells; null where it tells nothing. */
  expiresAt: Instant | null;
};

type Row = {
  name: string;
  kind: SecretKind;
  since: Instant;
  toldEndsAt: Instant | null;
  enteredEndsAt: Instant | null;
};

export type AgedSecret = SecretAge & Row & { rotateDays: number; expiresAt: Instant | null };

async function rotationDays(ctx: QueryCtx): Promise<Record<SecretKind, number>> {
  const rows = await ctx.sql.rows<{ kind: SecretKind; days: number }>(
    'select kind, days from rotation_policies where tenant_id = $1',
    [ctx.tenant.id],
  );
  return { ...DEFAULT_ROTATION_DAYS, ...Object.fromEntries(rows.map(({ kind, days }) => [kind, days])) };
}

/** Takes note of the secrets in use: a new one begins its life now, one that is not in use any more is forgotten. */
export async function noteSecrets(ctx: CommandCtx, secrets: readonly KnownSecret[]): Promise<void> {
  for (const secret of secrets) await noteSecret(ctx, secret);
  // A certificate is no setting: it is noted and forgotten by whoever looks at it.
  await ctx.sql.run(
    "delete from secret_marks where tenant_id = $1 and kind <> 'certificate' and name <> all ($2::text[])",
    [ctx.tenant.id, secrets.map(({ name }) => name)],
  );
}

/** Takes note of one secret. What staff entered of the one before went with it. */
export async function noteSecret(ctx: CommandCtx, secret: KnownSecret): Promise<void> {
  const { name, kind, mark, expiresAt } = secret;
  const rowCount = await ctx.sql.run(
    `insert into secret_marks as m (tenant_id, name, kind, mark, since, expires_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tenant_id, name) do update
       set kind = excluded.kind, mark = excluded.mark, expires_at = excluded.expires_at,
         since = case when m.mark = excluded.mark then m.since else excluded.since end,
         entered_ends_at = case when m.mark = excluded.mark then m.entered_ends_at end
       where m.mark <> excluded.mark or m.expires_at is distinct from excluded.expires_at`,
    [ctx.tenant.id, name, kind, Buffer.from(mark), iso(ctx.wallNow), isoOrNull(expiresAt)],
  );
  if (rowCount > 0) await tellAnew(ctx, (one) => one.name === name);
}

export async function forgetSecret(ctx: CommandCtx, name: string): Promise<void> {
  await ctx.sql.run('delete from secret_marks where tenant_id = $1 and name = $2', [ctx.tenant.id, name]);
}

/** Keeps when a secret ends, as staff read it at its issuer; null takes that back. False where there is no such secret. */
export async function enterEnd(ctx: CommandCtx, name: string, endsAt: Instant | null): Promise<boolean> {
  const rowCount = await ctx.sql.run(
    'update secret_marks set entered_ends_at = $3 where tenant_id = $1 and name = $2',
    [ctx.tenant.id, name, isoOrNull(endsAt)],
  );
  if (rowCount > 0) await tellAnew(ctx, (one) => one.name === name);
  return rowCount > 0;
}

/** How old each secret is, the one that is due first before the others. */
export async function secretAges(ctx: QueryCtx): Promise<AgedSecret[]> {
  const days = await rotationDays(ctx);
  const rows = await ctx.sql.rows<Row>(
    `select name, kind, since, expires_at as "toldEndsAt", entered_ends_at as "enteredEndsAt"
     from secret_marks where tenant_id = $1`,
    [ctx.tenant.id],
  );
  return rows
    .map((row): AgedSecret => {
      const rotateDays = days[row.kind];
      const expiresAt = earliestEnd(row.toldEndsAt, row.enteredEndsAt);
      const age = secretAge({ now: ctx.wallNow, since: row.since, rotateDays, expiresAt });
      return { ...row, rotateDays, expiresAt, ...age };
    })
    .sort((left, right) => left.dueAt - right.dueAt || (left.name < right.name ? -1 : 1));
}

/** Sets for how long a kind of secret may be used; staff are told anew by the new time. */
export async function setRotation(ctx: CommandCtx, kind: SecretKind, days: number): Promise<void> {
  await ctx.sql.run(
    `insert into rotation_policies (tenant_id, kind, days, updated_at) values ($1, $2, $3, $4)
     on conflict (tenant_id, kind) do update set days = excluded.days, updated_at = excluded.updated_at`,
    [ctx.tenant.id, kind, days, iso(ctx.wallNow)],
  );
  await tellAnew(ctx, (secret) => secret.kind === kind);
}

/** Has staff be told by the new time, and a case settled that has no cause any more. */
async function tellAnew(ctx: CommandCtx, isMeant: (secret: AgedSecret) => boolean): Promise<void> {
  for (const { name } of (await secretAges(ctx)).filter(isMeant)) await tellAt(ctx, name, ctx.wallNow);
}

async function tellAt(ctx: CommandCtx, name: string, at: Instant | null): Promise<void> {
  await ctx.sql.run('update secret_marks set tell_at = $3 where tenant_id = $1 and name = $2', [
    ctx.tenant.id,
    name,
    isoOrNull(at),
  ]);
}

/** Secrets that staff are to be told of now; each is told of before it is due and once more when it is. */
export async function takeTold(ctx: CommandCtx): Promise<AgedSecret[]> {
  const due = await ctx.sql.rows<{ name: string }>(
    'select name from secret_marks where tenant_id = $1 and tell_at <= $2 order by name for update',
    [ctx.tenant.id, iso(ctx.wallNow)],
  );
  const names = new Set(due.map(({ name }) => name));
  const told = (await secretAges(ctx)).filter(({ name }) => names.has(name));
  for (const secret of told) {
    const next =
      secret.state === 'overdue' ? null : secret.state === 'due_soon' ? secret.dueAt : secret.warnAt;
    await tellAt(ctx, secret.name, next);
  }
  return told.filter(({ state }) => state !== 'fresh');
}
