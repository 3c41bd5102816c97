import { readFile } from 'node:fs/promises';
import { connect, type OwnerApi, signInOwner } from './api.ts';
import { openStories } from './stories.ts';
import { type Progress, tell } from './tell.ts';
import { TENANTS } from './tenants/all.ts';

/**
 * Tells all five stories at once to a running server and prints one JSON line for each step, which the server
 * that started this process shows. Arguments: base address, file with the owner's e-mail and password, a line each,
 * and the file that keeps which stories were told to their end.
 */
async function main(): Promise<void> {
  const [baseUrl, ownerFile, storyFile] = process.argv.slice(2);
  if (!baseUrl || !ownerFile || !storyFile) throw new Error('usage: main.ts BASE_URL OWNER_FILE STORY_FILE');
  const stories = openStories(storyFile);
  const [email = '', password = ''] = (await readFile(ownerFile, 'utf8')).split('\n');
  const cookie = await signInOwner(baseUrl, email, password);
  const headers = { cookie, origin: baseUrl };
  const session: OwnerApi = {
    ...connect(baseUrl, headers),
    forTenant: (id) => connect(baseUrl, { ...headers, 'billhook-tenant': id }),
  };
  const known = await session.get<{ data: { slug: string }[] }>('/v1/tenants');
  const now = Date.now();
  const results = await Promise.allSettled(
    TENANTS.map(async (tenant) => {
      const report = (progress: Progress) => print({ slug: tenant.slug, name: tenant.name, ...progress });
      const isThere = known.data.some(({ slug }) => slug === tenant.slug);
      if (isThere && stories.stateOf(tenant.slug) !== 'begun')
        return report({ percent: 100, step: 'ready', now: new Date(now).toISOString() });
      report({ percent: 0, step: 'begins', now: new Date(now).toISOString() });
      try {
        if (!isThere) stories.mark(tenant.slug, 'begun');
        await tell(session, baseUrl, tenant, now, report);
        stories.mark(tenant.slug, 'told');
      } catch (error) {
        print({
          slug: tenant.slug,
          name: tenant.name,
          fault: error instanceof Error ? error.message : String(error),
        });
        throw error;
      }
    }),
  );
  process.exitCode = results.every(({ status }) => status === 'fulfilled') ? 0 : 1;
}

const print = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

await main();
