import type { TaxCertificate } from '@billhook/sdk/generated/types';
import { Button } from '@billhook/ui/button';
import { useMutation } from '@tanstack/react-query';
import { ProblemText } from '../../lib/problem.tsx';
import { useScope } from '../../lib/scope.tsx';

/** A link is made when it is asked for, since it dies soon. */
export function OpenFile({ file }: { file: NonNullable<TaxCertificate['file']> }) {
  const { api } = useScope();
  const link = useMutation({
    mutationFn: () => api.files.link(file.id),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <>
      <Button size="sm" onClick={() => link.mutate()} busy={link.isPending}>
        <span className="max-w-48 truncate">{file.name}</span>
      </Button>
      {link.error ? <ProblemText error={link.error} /> : null}
    </>
  );
}
