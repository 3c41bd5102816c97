import { useFilters } from '@billhook/ui/address';
import { Button, LinkButton } from '@billhook/ui/button';
import { Form } from '@billhook/ui/form';
import { TextField } from '@billhook/ui/text-field';
import { useMutation } from '@tanstack/react-query';
import { Door } from '../features/session/door.tsx';
import { api } from '../lib/api.ts';
import { formProblem } from '../lib/problem.tsx';
import { ROLE_WORDS } from '../lib/words.ts';

type Values = { name: string; password: string };

/** Where the mail of an invitation leads: makes the account. */
export function AcceptInvitationScreen() {
  const [filters] = useFilters();
  const token = filters.token ?? '';
  const accept = useMutation({
    mutationFn: ({ name, password }: Values) =>
      api.invitations.accept({ token, name: name.trim(), password }),
  });
  if (accept.data) {
    const { organizationName, role, email } = accept.data;
    return (
      <Door
        title={`Welcome to ${organizationName}`}
        description={`Your account ${email} has the role ${ROLE_WORDS[role].word.toLowerCase()}.`}
      >
        <LinkButton variant="primary" wide href="/sign-in">
          Sign in
        </LinkButton>
      </Door>
    );
  }
  if (token === '') {
    return (
      <Door
        title="This link is incomplete"
        description="Open the link in the mail again, or ask for a new invitation."
      >
        <LinkButton wide href="/sign-in">
          Sign in
        </LinkButton>
      </Door>
    );
  }
  return (
    <Door title="Join the team" description="Choose the name that others see, and a password.">
      <Form<Values> onSubmit={(values) => accept.mutate(values)} {...formProblem(accept.error)}>
        <TextField name="name" label="Name" autoComplete="name" maxLength={200} required autoFocus />
        <TextField
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          maxLength={128}
          required
          hint="At least 10 characters."
        />
        <Button variant="primary" type="submit" wide busy={accept.isPending}>
          Join
        </Button>
      </Form>
    </Door>
  );
}
