import { Button, LinkButton } from '@billhook/ui/button';
import { PortalShell } from '@billhook/ui/portal-shell';
import { ThemeToggle } from '@billhook/ui/theme';
import type { ReactNode } from 'react';
import { hrefOf, useHere } from '../lib/address.ts';
import { useVisit } from '../lib/portal.tsx';
import { SellerBrand } from './seller-brand.tsx';
import { useSignOut } from './use-sign-out.ts';

/** The frame of pages that anybody may see. */
export function PublicFrame({ children }: { children: ReactNode }) {
  const { base, session } = useVisit();
  const path = useHere();
  return (
    <PortalShell
      brand={<SellerBrand seller={session.seller} href={`${base}/pricing`} />}
      items={[]}
      places={[]}
      path={path}
      tools={
        <>
          <ThemeToggle />
          <LinkButton href={session.user ? base : hrefOf(`${base}/sign-in`, {})}>
            {session.user ? 'My account' : 'Sign in'}
          </LinkButton>
        </>
      }
    >
      {children}
    </PortalShell>
  );
}

/** Who is signed in, and the way out, for pages before there is a company. */
export function SignedInAs() {
  const { session } = useVisit();
  const leave = useSignOut();
  return (
    <span className="inline-flex flex-wrap items-center justify-center gap-x-2">
      Signed in as {session.user?.email}.
      <Button variant="quiet" size="sm" onClick={leave.run} busy={leave.busy}>
        Sign out
      </Button>
    </span>
  );
}
