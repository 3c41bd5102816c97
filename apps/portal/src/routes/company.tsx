import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { viewerTimeZone } from '@billhook/ui/locale';
import { CompanyFields, type CompanyValues } from '../features/account/company-fields.tsx';
import { currencyIn } from '../features/pricing/use-catalogue.ts';
import { useVisit } from '../lib/portal.tsx';
import { formProblem } from '../lib/problem.tsx';
import { useAccount } from '../lib/use-account.ts';
import { Door } from '../shell/door.tsx';
import { SignedInAs } from '../shell/public-frame.tsx';

/** Someone who is signed in and belongs to no company yet. */
export function CompanyScreen() {
  const { api } = useVisit();
  const [search] = useFilters();
  const create = useAccount(({ company, country }: CompanyValues) =>
    api.customers.create({ name: company, country, timeZone: viewerTimeZone(), ...currencyIn(search) }),
  );
  return (
    <Door
      title="Who buys?"
      description="Were you invited to a company? Then open the link in that mail instead."
      footer={<SignedInAs />}
    >
      <Form<CompanyValues> onSubmit={create.run} {...formProblem(create.error)}>
        <CompanyFields />
        <Button type="submit" variant="primary" size="lg" wide busy={create.busy}>
          Continue
        </Button>
      </Form>
    </Door>
  );
}
