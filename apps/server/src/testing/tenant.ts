import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestDatabase } from './database.ts';

export type TestTenant = { id: number; slug: string };

/** A tenant made by the administrator, for tests below the HTTP layer. Its clock stands at `frozenAt` (ISO), or runs. */
export async function createTestTenant(
  database: TestDatabase,
  options: { kind?: 'sandbox' | 'live'; frozenAt?: string; settings?: Record<string, unknown> } = {},
): Promise<TestTenant> {
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  try {
    const slug = `t-${randomBytes(6).toString('hex')}`;
    const organization = await admin.query<{ id: number }>(
      `insert into organizations (public_id, name, created_at) values (gen_random_uuid(), 'Acme', now()) returning id`,
    );
    const tenant = await admin.query<{ id: number }>(
      `insert into tenants (public_id, organization_id, slug, name, kind, currency, time_zone, settings, frozen_at, created_at)
       values (gen_random_uuid(), $1, $2, 'Acme', $3, 'EUR', 'UTC', $4, $5, now()) returning id`,
      [
        organization.rows[0]?.id,
        slug,
        options.kind ?? 'sandbox',
        JSON.stringify(options.settings ?? {}),
        options.frozenAt ?? null,
      ],
    );
    return { id: tenant.rows[0]?.id ?? 0, slug };
  } finally {
    await admin.end();
  }
}
