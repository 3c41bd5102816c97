import { splitHref, useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { viewerTimeZone } from '@billhook/ui/locale';
import { TextField } from '@billhook/ui/text-field';
import { CompanyFields, type CompanyValues } from '../features/account/company-fields.tsx';
import { currencyIn } from '../features/pricing/use-catalogue.ts';
import { hrefOf, safeNext } from '../lib/address.ts';
import { portalFor, useVisit } from '../lib/portal.tsx';
import { formProblem } from '../lib/problem.tsx';
import { Redirect } from '../lib/redirect.tsx';
import { signUp } from '../lib/sign-in.ts';
import { useAccount } from '../lib/use-account.ts';
import { Door } from '../shell/door.tsx';

type Values = CompanyValues & { name: string; email: string; password: string };

const MIN_PASSWORD = 10;

/** A password that is too short is said at the field, before anything is sent. */
export function passwordFault(value: unknown): string | null {
  return typeof value === 'string' && value.length > 0 && value.length < MIN_PASSWORD
    ? `A password has at least ${MIN_PASSWORD} characters.`
    : null;
}

export function SignUpScreen() {
  const { slug, base, session } = useVisit();
  const [search] = useFilters();
  const next = safeNext(search.next, slug);
  // Who follows an invitation joins a company that exists.
  const invited = splitHref(next).to === `${base}/accept-invitation`;
  const enter = useAccount(async ({ company, country, ...member }: Values) => {
    await signUp(slug, member);
    // If this fails, the account stands, and the page after this one asks for the company again.
    if (!invited) {
      const timeZone = viewerTimeZone();
      await portalFor(slug)
        .customers.create({ name: company, country, timeZone, ...currencyIn(splitHref(next).search) })
        .catch(() => null);
    }
  });
  if (session.user) {
    return <Redirect href={next} />;
  }
  return (
    <Door
      title="Create your account"
      description={
        next.startsWith(`${base}/checkout`) ? 'Then you see what the plan costs, before you pay.' : undefined
      }
      footer={
        <>
          You have one? <TextLink href={hrefOf(`${base}/sign-in`, { next: search.next })}>Sign in</TextLink>
        </>
      }
    >
      <Form<Values> onSubmit={enter.run} {...formProblem(enter.error)}>
        <TextField label="Your name" name="name" autoComplete="name" maxLength={200} required />
        {invited ? null : <CompanyFields />}
        <TextField label="E-mail" name="email" type="email" autoComplete="email" required />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint={`At least ${MIN_PASSWORD} characters.`}
          validate={passwordFault}
          maxLength={200}
          required
        />
        <Button type="submit" variant="primary" size="lg" wide busy={enter.busy}>
          Create account
        </Button>
      </Form>
    </Door>
  );
}
