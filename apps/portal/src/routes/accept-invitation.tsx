import { useFilters, useGo } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { hrefOf, useHere } from '../lib/address.ts';
import { useVisit } from '../lib/portal.tsx';
import { ProblemBox } from '../lib/problem.tsx';
import { useAccount } from '../lib/use-account.ts';
import { Door } from '../shell/door.tsx';
import { SignedInAs } from '../shell/public-frame.tsx';

/** Joins the company that a mail invited to. The invited address must be the one that is signed in. */
export function AcceptInvitationScreen() {
  const { base, session, api } = useVisit();
  const [{ token = '' }] = useFilters();
  const here = useHere();
  const go = useGo();
  const accept = useAccount(
    () => api.members.accept({ token }),
    () => go(base, { replace: true }),
  );
  if (token === '') {
    return (
      <Door title="This link is not whole" description="Open the link in the mail again, or copy all of it.">
        <LinkButton size="lg" wide href={base}>
          To my account
        </LinkButton>
      </Door>
    );
  }
  if (session.user === null) {
    return (
      <Door
        title="Join your team"
        description="Take the address that the invitation came to. An account takes a minute."
      >
        <div className="flex flex-col gap-3">
          <LinkButton variant="primary" size="lg" wide href={hrefOf(`${base}/sign-up`, { next: here })}>
            Create an account
          </LinkButton>
          <LinkButton size="lg" wide href={hrefOf(`${base}/sign-in`, { next: here })}>
            Sign in
          </LinkButton>
        </div>
      </Door>
    );
  }
  return (
    <Door title="Join your team" description={`On ${session.seller.name}.`} footer={<SignedInAs />}>
      <div className="flex flex-col gap-4">
        <ProblemBox error={accept.error} />
        <Button variant="primary" size="lg" wide busy={accept.busy} onClick={() => accept.run(undefined)}>
          Accept the invitation
        </Button>
      </div>
    </Door>
  );
}
