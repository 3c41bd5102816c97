import { useFilters } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { TextField } from '@billhook/ui/text-field';
import { hrefOf, safeNext } from '../lib/address.ts';
import { useVisit } from '../lib/portal.tsx';
import { formProblem } from '../lib/problem.tsx';
import { Redirect } from '../lib/redirect.tsx';
import { signIn } from '../lib/sign-in.ts';
import { useAccount } from '../lib/use-account.ts';
import { Door } from '../shell/door.tsx';

type Values = { email: string; password: string };

export function SignInScreen() {
  const { slug, base, session } = useVisit();
  const [search] = useFilters();
  const next = safeNext(search.next, slug);
  const enter = useAccount(({ email, password }: Values) => signIn(slug, email, password));
  if (session.user) {
    return <Redirect href={next} />;
  }
  return (
    <Door
      title="Sign in"
      description={`To your account with ${session.seller.name}`}
      footer={
        <>
          No account yet? <TextLink href={hrefOf(`${base}/sign-up`, { next: search.next })}>Sign up</TextLink>
        </>
      }
    >
      <Form<Values> onSubmit={enter.run} {...formProblem(enter.error)}>
        <TextField
          label="E-mail"
          name="email"
          type="email"
          autoComplete="email"
          defaultValue={search.email}
          required
        />
        <TextField
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button type="submit" variant="primary" size="lg" wide busy={enter.busy}>
          Sign in
        </Button>
        <p className="text-center">
          <TextLink href={`${base}/forgot-password`}>Forgot your password?</TextLink>
        </p>
      </Form>
    </Door>
  );
}
