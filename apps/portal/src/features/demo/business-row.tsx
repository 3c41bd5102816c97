import type { DemoStatus } from '@billhook/sdk/generated/types';
import { LinkButton } from '@billhook/ui/button';
import { BareLink } from '@billhook/ui/link';
import { Status, type Tone } from '@billhook/ui/status';

type Tenant = DemoStatus['tenants'][number];

const WORDS: Record<Tenant['state'], readonly [Tone, string]> = {
  waiting: ['neutral', 'Waiting'],
  seeding: ['info', 'Being made'],
  ready: ['ok', 'Ready'],
  failed: ['problem', 'Stopped'],
};

/** One business of the demo, with its progress while its history is made. */
export function BusinessRow({ tenant }: { tenant: Tenant }) {
  const [tone, word] = WORDS[tenant.state];
  const base = `/p/${tenant.slug}`;
  const isReady = tenant.state === 'ready';
  return (
    <li className="flex flex-wrap items-center gap-x-6 gap-y-2 border-b border-line py-3 first:border-t">
      <div className="min-w-0 grow basis-52">
        <BareLink href={`${base}/pricing`} className="rounded-[3px] text-md font-medium hover:underline">
          {tenant.name}
        </BareLink>
        <p className="flex min-h-5 flex-wrap gap-x-3 text-sm text-muted">
          <Status tone={tone}>{word}</Status>
          {isReady ? null : <span className="num">{tenant.step}</span>}
        </p>
        {isReady ? null : (
          <progress
            value={tenant.percent}
            max={100}
            aria-label={`${tenant.name}: ${tenant.percent} %`}
            className="mt-1.5 block h-1 w-full max-w-72 appearance-none overflow-hidden rounded-full bg-pressed [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-pressed [&::-webkit-progress-value]:bg-accent"
          />
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <LinkButton href={`${base}/pricing`}>Prices</LinkButton>
        <LinkButton href={base}>Portal</LinkButton>
      </div>
    </li>
  );
}
