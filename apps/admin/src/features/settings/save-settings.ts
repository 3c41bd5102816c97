import type { UpdateTenant } from '@billhook/sdk/generated/types';
import { toast } from '@billhook/ui/toast';
import { useQueryClient } from '@tanstack/react-query';
import { useCommand } from '../../lib/command.ts';
import { ROLES, useMay, useScope } from '../../lib/scope.tsx';

/** Keeps settings of this environment. The session knows them too, so it is read anew. */
export function useSaveSettings() {
  const { api } = useScope();
  const queryClient = useQueryClient();
  const save = useCommand(
    (body: UpdateTenant) => api.tenant.update(body),
    () => {
      toast('Settings saved.', { detail: 'They apply from the next invoice on.' });
      void queryClient.invalidateQueries({ queryKey: ['session'] });
    },
  );
  return { ...save, may: useMay(ROLES.admins) };
}
