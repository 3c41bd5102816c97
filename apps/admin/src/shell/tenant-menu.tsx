import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useScope } from '../lib/scope.tsx';

/** Which environment is looked at. The choice stands in the address. */
export function TenantMenu() {
  const { session, tenant } = useScope();
  const go = useGo();
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="quiet" size="sm" aria-label={`Environment: ${tenant.name}`}>
          <span className="max-w-20 truncate sm:max-w-40">{tenant.name}</span>
          <ChevronsUpDown aria-hidden="true" size={14} className="shrink-0 text-faint" />
        </Button>
      }
      actions={session.tenants.map((option) => ({
        label: (
          <>
            {option.name} <span className="text-faint">{option.kind === 'live' ? 'live' : 'sandbox'}</span>
          </>
        ),
        ...(option.id === tenant.id ? { icon: Check } : {}),
        onSelect: () => go(`/?tenant=${option.slug}`),
      }))}
    />
  );
}
