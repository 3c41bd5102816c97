import { BillhookError } from '@billhook/sdk/error';
import { useFilters, useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextLink } from '@billhook/ui/link';
import { TextField } from '@billhook/ui/text-field';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Door } from '../features/session/door.tsx';
import { ProblemText } from '../lib/problem.tsx';
import { signIn } from '../lib/sign-in.ts';

type Values = { email: string; password: string };

function problemOf(error: Error | null) {
  if (error === null) return undefined;
  if (error instanceof BillhookError && error.status === 401)
    return 'E-mail and password do not match. Check both, or set a new password.';
  return <ProblemText error={error} />;
}

export function SignInScreen() {
  const [filters] = useFilters();
  const go = useGo();
  const queryClient = useQueryClient();
  const enter = useMutation({
    mutationFn: ({ email, password }: Values) => signIn(email.trim(), password),
    async onSuccess() {
      await queryClient.resetQueries();
      // Only addresses inside this app are followed.
      const next = filters.next?.startsWith('/') && !filters.next.startsWith('//') ? filters.next : '/';
      go(next);
    },
  });
  return (
    <Door
      title="Sign in"
      description="The seller’s side of Billhook."
      footer={<TextLink href="/forgot-password">Forgot your password?</TextLink>}
    >
      <Form<Values> onSubmit={(values) => enter.mutate(values)} problem={problemOf(enter.error)}>
        <TextField name="email" label="E-mail" type="email" autoComplete="username" required autoFocus />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="current-password"
          required
        />
        <Button variant="primary" type="submit" wide busy={enter.isPending}>
          Sign in
        </Button>
      </Form>
    </Door>
  );
}
