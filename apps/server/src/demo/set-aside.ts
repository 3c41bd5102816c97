import { randomUUID } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';

/** How far each story came, by slug. The program that tells the stories writes it before and after each. */
type Stories = Record<string, 'begun' | 'told'>;

export const storyFile = (dataFolder: string): string => path.join(dataFolder, 'demo.json');

/**
 * A story that was stopped half-way can not go on: who its customers are was known to the program that told it. So its
 * tenant gives up the slug, stands still for good and moves to an organization that nobody belongs to; the story is
 * then told anew. A clock that follows real time belongs to a story that reached its end, and is left alone. A story whose
 * tenant is not in this database was told to another one, and is told here too.
 *
 * @param adminUrl login of the owner of the tables; the server itself may not rename a tenant
 * @returns the slugs that were freed
 */
export async function setAsideHalfTold(dataFolder: string, adminUrl: string): Promise<string[]> {
  const stories = readStories(storyFile(dataFolder));
  const slugs = Object.keys(stories);
  if (slugs.length === 0) return [];
  const begun = slugs.filter((slug) => stories[slug] === 'begun');
  const { freed, there } = await moveAway(adminUrl, begun);
  const kept = Object.fromEntries(
    Object.entries(stories).filter(([slug, state]) => state === 'told' && there.has(slug)),
  );
  if (Object.keys(kept).length === slugs.length) return [];
  const file = storyFile(dataFolder);
  writeFileSync(`${file}.new`, `${JSON.stringify(kept)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return freed;
}

function readStories(file: string): Stories {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Stories;
  } catch {
    // Before the first demo there is none.
    return {};
  }
}

type Moved = { freed: string[]; there: Set<string> };

/** Frees the slugs of stories that were begun. Which slugs are `there` afterwards. */
async function moveAway(adminUrl: string, slugs: readonly string[]): Promise<Moved> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query<{ id: number; slug: string }>(
      `select id, slug from tenants where slug = any($1) and kind = 'sandbox' and frozen_at is not null for update`,
      [slugs],
    );
    if (rows.length > 0) {
      const made = await client.query<{ id: number }>(
        'insert into organizations (public_id, name, created_at) values ($1, $2, now()) returning id',
        [randomUUID(), 'Demo stories that were stopped'],
      );
      await client.query(
        `update tenants set slug = 'stopped-' || id, organization_id = $2, advancing_to = null, advance_progress = null
         where id = any($1)`,
        [rows.map(({ id }) => id), made.rows[0]?.id],
      );
    }
    const all = await client.query<{ slug: string }>('select slug from tenants');
    await client.query('commit');
    return { freed: rows.map(({ slug }) => slug), there: new Set(all.rows.map(({ slug }) => slug)) };
  } finally {
    await client.end();
  }
}
