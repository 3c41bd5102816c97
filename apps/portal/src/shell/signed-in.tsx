import { useFilters } from '@billhook/ui/address';
import { LocaleProvider } from '@billhook/ui/locale';
import { Outlet } from '@tanstack/react-router';
import { hrefOf, useHere } from '../lib/address.ts';
import { MembershipProvider, useVisit } from '../lib/portal.tsx';
import { Redirect } from '../lib/redirect.tsx';
import { CompanyScreen } from '../routes/company.tsx';
import { Shell } from './shell.tsx';

/** Lets in who is signed in; others come back here after they have. */
export function SignedIn() {
  const { base, session } = useVisit();
  const here = useHere();
  const [search] = useFilters();
  const { user, customers } = session;
  if (user === null) {
    return <Redirect href={hrefOf(`${base}/sign-in`, { next: here })} />;
  }
  const customer = customers.find(({ id }) => id === search.customer) ?? customers[0];
  if (customer === undefined) return <CompanyScreen />;
  return (
    <MembershipProvider customer={customer} user={user}>
      <LocaleProvider locale="en" timeZone={customer.timeZone}>
        <Shell>
          <Outlet />
        </Shell>
      </LocaleProvider>
    </MembershipProvider>
  );
}
