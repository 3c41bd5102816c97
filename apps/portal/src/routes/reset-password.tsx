import { useFilters } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { Banner } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { useMutation } from '@tanstack/react-query';
import { useVisit } from '../lib/portal.tsx';
import { formProblem } from '../lib/problem.tsx';
import { requestPasswordReset, resetPassword } from '../lib/sign-in.ts';
import { Door } from '../shell/door.tsx';
import { passwordFault } from './sign-up.tsx';

/** Asks for a link. The answer is the same whether the address is known or not. */
export function ForgotPasswordScreen() {
  const { slug, base } = useVisit();
  const ask = useMutation({
    mutationFn: ({ email }: { email: string }) => requestPasswordReset(slug, email),
  });
  return (
    <Door
      title="Reset your password"
      description="We send a link to your address. It works for 30 minutes."
      footer={<TextLink href={`${base}/sign-in`}>Back to sign-in</TextLink>}
    >
      {ask.isSuccess ? (
        <div role="status">
          <Banner tone="ok" title="Look at your mail">
            If there is an account for {ask.variables.email}, a link is on its way.
          </Banner>
        </div>
      ) : (
        <Form<{ email: string }> onSubmit={(values) => ask.mutate(values)} {...formProblem(ask.error)}>
          <TextField label="E-mail" name="email" type="email" autoComplete="email" required />
          <Button type="submit" variant="primary" size="lg" wide busy={ask.isPending}>
            Send the link
          </Button>
        </Form>
      )}
    </Door>
  );
}

/** The page that the link leads to. */
export function ResetPasswordScreen() {
  const { slug, base } = useVisit();
  const [{ token, error }] = useFilters();
  const set = useMutation({
    mutationFn: ({ password }: { password: string }) => resetPassword(slug, token ?? '', password),
  });
  if (token === undefined || error !== undefined) {
    return (
      <Door title="This link does not work any more" description="Links work once, and for 30 minutes.">
        <LinkButton variant="primary" size="lg" wide href={`${base}/forgot-password`}>
          Ask for a new link
        </LinkButton>
      </Door>
    );
  }
  if (set.isSuccess) {
    return (
      <Door title="Your password is changed" description="You were signed out everywhere else.">
        <LinkButton variant="primary" size="lg" wide href={`${base}/sign-in`}>
          Sign in
        </LinkButton>
      </Door>
    );
  }
  return (
    <Door
      title="Choose a new password"
      footer={<TextLink href={`${base}/forgot-password`}>Ask for a new link</TextLink>}
    >
      <Form<{ password: string }> onSubmit={(values) => set.mutate(values)} {...formProblem(set.error)}>
        <TextField
          label="New password"
          name="password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          validate={passwordFault}
          maxLength={200}
          required
        />
        <Button type="submit" variant="primary" size="lg" wide busy={set.isPending}>
          Change password
        </Button>
      </Form>
    </Door>
  );
}
