import { Button } from '@billhook/ui/button';
import { Form, FormActions } from '@billhook/ui/form';
import { KeyValue } from '@billhook/ui/key-value';
import { useLocale } from '@billhook/ui/locale';
import { PageHeader, Section } from '@billhook/ui/page-header';
import { Segmented } from '@billhook/ui/segmented';
import { Badge } from '@billhook/ui/status';
import { TextField } from '@billhook/ui/text-field';
import { type Theme, useTheme } from '@billhook/ui/theme';
import { toast } from '@billhook/ui/toast';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { TaxCertificates } from '../features/account/tax-certificates.tsx';
import { TaxNumber } from '../features/account/tax-number.tsx';
import { ROLE_WORDS } from '../features/team/role-words.ts';
import { usePageTitle } from '../lib/page-title.ts';
import { useMembership } from '../lib/portal.tsx';
import { formProblem, ProblemBox } from '../lib/problem.tsx';
import { changePassword, sendVerification } from '../lib/sign-in.ts';
import { useSignOut } from '../shell/use-sign-out.ts';
import { passwordFault } from './sign-up.tsx';

export function SettingsScreen() {
  const { session } = useMembership();
  usePageTitle('Settings', session.seller.name);
  return (
    <>
      <PageHeader title="Settings" />
      <div className="flex max-w-xl flex-col gap-10">
        <Profile />
        <Company />
        <TaxNumber />
        <TaxCertificates />
        <Appearance />
        <Password />
        <Leave />
      </div>
    </>
  );
}

function Profile() {
  const { slug, user } = useMembership();
  const verify = useMutation({
    mutationFn: () => sendVerification(slug, user.email),
    onSuccess: () => toast('Look at your mail', { detail: user.email }),
  });
  return (
    <Section title="You">
      <KeyValue
        items={[
          { label: 'Name', value: user.name },
          {
            label: 'E-mail',
            value: (
              <span className="inline-flex flex-wrap items-baseline gap-x-3 gap-y-1">
                <span className="break-all">{user.email}</span>
                {user.emailVerified ? (
                  <Badge tone="ok">Verified</Badge>
                ) : (
                  <Badge tone="attention">Not verified</Badge>
                )}
                {user.emailVerified ? null : (
                  <Button size="sm" onClick={() => verify.mutate()} busy={verify.isPending}>
                    Send the link again
                  </Button>
                )}
              </span>
            ),
          },
        ]}
      />
      <ProblemBox error={verify.error} />
    </Section>
  );
}

function Company() {
  const { customer } = useMembership();
  const { locale } = useLocale();
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return (
    <Section title="Company">
      <KeyValue
        items={[
          { label: 'Name', value: customer.name },
          { label: 'Country', value: customer.country ? names.of(customer.country) : 'Not given' },
          { label: 'Currency', value: customer.currency },
          { label: 'Time zone', value: customer.timeZone },
          {
            label: 'Your role',
            value: `${ROLE_WORDS[customer.role].name}. ${ROLE_WORDS[customer.role].may}`,
          },
        ]}
      />
    </Section>
  );
}

function Appearance() {
  const [theme, setTheme] = useTheme();
  const { words } = useLocale();
  return (
    <Section title="Appearance" description="On this device.">
      <Segmented<Theme>
        label={words.theme}
        value={theme}
        onValueChange={setTheme}
        options={[
          { value: 'system', label: words.themeSystem },
          { value: 'light', label: words.themeLight },
          { value: 'dark', label: words.themeDark },
        ]}
      />
    </Section>
  );
}

type Passwords = { current: string; next: string };

function Password() {
  const { slug } = useMembership();
  const [round, setRound] = useState(0);
  const change = useMutation({
    mutationFn: ({ current, next }: Passwords) => changePassword(slug, current, next),
    onSuccess: () => {
      setRound(round + 1);
      toast('Your password is changed', { detail: 'Other devices are signed out.' });
    },
  });
  return (
    <Section title="Password">
      <Form<Passwords>
        key={round}
        onSubmit={(values) => change.mutate(values)}
        {...formProblem(change.error)}
      >
        <TextField
          label="Current password"
          name="current"
          type="password"
          autoComplete="current-password"
          required
        />
        <TextField
          label="New password"
          name="next"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          validate={passwordFault}
          maxLength={200}
          required
        />
        <FormActions align="start">
          <Button type="submit" busy={change.isPending}>
            Change password
          </Button>
        </FormActions>
      </Form>
    </Section>
  );
}

function Leave() {
  const { user } = useMembership();
  const leave = useSignOut();
  return (
    <Section title="Sign out" description={`You are signed in as ${user.email}.`}>
      <Button onClick={leave.run} busy={leave.busy}>
        Sign out
      </Button>
    </Section>
  );
}
