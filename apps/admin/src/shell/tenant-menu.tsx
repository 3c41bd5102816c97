import { useGo } from '@billhook/ui/address';
import { Button } from '@billhook/ui/button';
import { Menu } from '@billhook/ui/menu';
import { Check, ChevronsUpDown, Plus } from 'lucide-react';
import { useState } from 'react';
import { ROLES, useMay, useScope } from '../lib/scope.tsx';
import { CreateTenantSheet } from './create-tenant-sheet.tsx';

/** Which environment is looked at; the choice stands in the address. The way to a new one is here too. */
export function TenantMenu() {
  const { session, tenant } = useScope();
  const go = useGo();
  const mayCreate = useMay(ROLES.admins);
  const [creating, setCreating] = useState(false);
  return (
    <>
      <Menu
        align="end"
        trigger={
          <Button variant="quiet" size="sm" aria-label={`Environment: ${tenant.name}`}>
            <span className="max-w-12 truncate min-[360px]:max-w-20 sm:max-w-40">{tenant.name}</span>
            <ChevronsUpDown aria-hidden="true" size={14} className="shrink-0 text-faint" />
          </Button>
        }
        actions={[
          ...session.tenants.map((option) => ({
            label: (
              <>
                {option.name}{' '}
                <span className="text-faint">{option.kind === 'live' ? 'live' : 'sandbox'}</span>
              </>
            ),
            ...(option.id === tenant.id ? { icon: Check } : {}),
            onSelect: () => go(`/?tenant=${option.slug}`),
          })),
          ...(mayCreate
            ? [null, { label: 'Create an environment', icon: Plus, onSelect: () => setCreating(true) }]
            : []),
        ]}
      />
      <CreateTenantSheet open={creating} onClose={() => setCreating(false)} />
    </>
  );
}
