import { useGo } from '@billhook/ui/address';
import { IconButton } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { toast } from '@billhook/ui/toast';
import { useQueryClient } from '@tanstack/react-query';
import { CircleUserRound, Keyboard, LogOut, MailCheck } from 'lucide-react';
import { tell } from '../lib/problem.tsx';
import { useScope } from '../lib/scope.tsx';
import { sendVerification, signOut } from '../lib/sign-in.ts';

/** Who is signed in, and the way out. */
export function AccountMenu({ onHelp }: { onHelp: () => void }) {
  const { session } = useScope();
  const go = useGo();
  const queryClient = useQueryClient();
  const { operator, role } = session;
  const leave = () =>
    signOut().then(
      () => {
        queryClient.clear();
        go('/sign-in');
      },
      (error: Error) => toast('You are still signed in.', { tone: 'problem', detail: tell(error).detail }),
    );
  const verify = () =>
    sendVerification(operator.email).then(
      () => toast('Check your mail.', { detail: `A link is on its way to ${operator.email}.` }),
      (error: Error) => toast('The mail was not sent.', { tone: 'problem', detail: tell(error).detail }),
    );
  return (
    <Menu
      align="end"
      trigger={<IconButton icon={CircleUserRound} label={`${operator.name}, ${role}`} />}
      actions={[
        {
          label: (
            <>
              {operator.name} <span className="text-faint">{role}</span>
            </>
          ),
          onSelect: () => go('/team'),
        },
        null,
        ...(operator.emailVerified
          ? []
          : [{ label: 'Verify e-mail', icon: MailCheck, onSelect: () => void verify() }]),
        { label: 'Keyboard', icon: Keyboard, keys: '?', onSelect: onHelp },
        { label: 'Sign out', icon: LogOut, onSelect: () => void leave() },
      ]}
    />
  );
}
