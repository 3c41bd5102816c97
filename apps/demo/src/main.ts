import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { connect, type OwnerApi, signInOwner } from './api.ts';
import { openStories } from './stories.ts';
import { type Progress, tell } from './tell.ts';
import { TENANTS } from './tenants/all.ts';

/**
 * Tells all five stories at once to a running server and prints one JSON line for each step, which the server
 * that started this process shows. Arguments: base address, file with the owner's e-mail and password, a line each,
 * and the file that keeps which stories were told to their end. Where there is a story to tell it first asks, with the
 * line `{"ask":"address"}`, which address the calls shall go to, and reads it from its standard input.
 */
async function main(): Promise<void> {
  const [baseUrl, ownerFile, storyFile] = process.argv.slice(2);
  if (!baseUrl || !ownerFile || !storyFile) throw new Error('usage: main.ts BASE_URL OWNER_FILE STORY_FILE');
  const stories = openStories(storyFile);
  const now = Date.now();
  const toTell = TENANTS.filter(({ slug }) => stories.stateOf(slug) !== 'told');
  for (const tenant of TENANTS)
    print({
      slug: tenant.slug,
      name: tenant.name,
      now: new Date(now).toISOString(),
      ...(toTell.includes(tenant) ? { percent: 0, step: 'begins' } : { percent: 100, step: 'ready' }),
    });
  // Whoever has nothing to tell asks nothing of the server, which so needs not even the means of signing somebody in.
  if (toTell.length === 0) return;
  const address = await askForAddress();
  const [email = '', password = ''] = (await readFile(ownerFile, 'utf8')).split('\n');
  const headers = { cookie: await signInOwner(address, baseUrl, email, password), origin: baseUrl };
  const session: OwnerApi = {
    ...connect(address, headers),
    forTenant: (id) => connect(address, { ...headers, 'billhook-tenant': id }),
  };
  const known = await session.get<{ data: { slug: string }[] }>('/v1/tenants');
  const results = await Promise.allSettled(
    toTell.map(async (tenant) => {
      const report = (progress: Progress) => print({ slug: tenant.slug, name: tenant.name, ...progress });
      try {
        // Somebody's own business of that name stays as it is.
        const isThere = known.data.some(({ slug }) => slug === tenant.slug);
        if (isThere) report({ percent: 100, step: 'ready', now: new Date(now).toISOString() });
        else {
          stories.mark(tenant.slug, 'begun');
          await tell(session, address, tenant, now, report);
        }
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

async function askForAddress(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  const answer = once(lines, 'line') as Promise<[string]>;
  print({ ask: 'address' });
  const [address] = await answer;
  lines.close();
  return address;
}

const print = (line: Record<string, unknown>) => process.stdout.write(`${JSON.stringify(line)}\n`);

await main();
