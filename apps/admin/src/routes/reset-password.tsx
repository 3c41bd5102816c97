import { useFilters } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { TextField } from '@billhook/ui/text-field';
import { useMutation } from '@tanstack/react-query';
import { Door } from '../features/session/door.tsx';
import { ProblemText } from '../lib/problem.tsx';
import { requestPasswordReset, resetPassword } from '../lib/sign-in.ts';

const BACK = <TextLink href="/sign-in">Back to sign in</TextLink>;

/** Asks for a mail with a link that sets a new password. */
export function ForgotPasswordScreen() {
  const ask = useMutation({
    mutationFn: ({ email }: { email: string }) => requestPasswordReset(email.trim()),
  });
  if (ask.isSuccess) {
    return (
      <Door
        title="Check your mail"
        description={`If ${ask.variables.email} belongs to someone here, a link is on its way. It works for 30 minutes.`}
        footer={BACK}
      >
        <Button wide onClick={() => ask.reset()}>
          Try another address
        </Button>
      </Door>
    );
  }
  return (
    <Door title="Set a new password" description="We send you a link." footer={BACK}>
      <Form<{ email: string }>
        onSubmit={(values) => ask.mutate(values)}
        problem={ask.error ? <ProblemText error={ask.error} /> : undefined}
      >
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <Button variant="primary" type="submit" wide busy={ask.isPending}>
          Send link
        </Button>
      </Form>
    </Door>
  );
}

/** Where the link of that mail leads. */
export function ResetPasswordScreen() {
  const [filters] = useFilters();
  const token = filters.token ?? '';
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) => resetPassword(token, password),
  });
  if (reset.isSuccess) {
    return (
      <Door title="Your new password is set" description="You are signed out everywhere else.">
        <LinkButton variant="primary" wide href="/sign-in">
          Sign in
        </LinkButton>
      </Door>
    );
  }
  if (token === '' || filters.error) {
    return (
      <Door
        title="This link no longer works"
        description="Links work once, and for 30 minutes."
        footer={BACK}
      >
        <LinkButton variant="primary" wide href="/forgot-password">
          Send a new link
        </LinkButton>
      </Door>
    );
  }
  return (
    <Door title="Set a new password" footer={BACK}>
      <Form<{ password: string }>
        onSubmit={(values) => reset.mutate(values)}
        problem={reset.error ? <ProblemText error={reset.error} /> : undefined}
      >
        <TextField
          name="password"
          label="New password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={128}
          required
          hint="At least 10 characters."
        />
        <Button variant="primary" type="submit" wide busy={reset.isPending}>
          Set password
        </Button>
      </Form>
    </Door>
  );
}
