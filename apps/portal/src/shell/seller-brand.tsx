import type { Seller } from '@billhook/sdk/generated/types';
import { BareLink } from '@billhook/ui/link';
import { Badge } from '@billhook/ui/status';

/** The seller's mark and name. A sandbox says so, because nothing paid there is real money. */
export function SellerBrand({ seller, href }: { seller: Seller; href: string }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <BareLink href={href} className="flex min-w-0 items-center gap-2 rounded-md font-semibold">
        {seller.logoUrl ? (
          <img src={seller.logoUrl} alt="" className="h-6 w-auto max-w-24 shrink-0 object-contain" />
        ) : (
          <span
            aria-hidden="true"
            className="grid size-6 shrink-0 place-items-center rounded-md bg-text text-sm text-bg"
          >
            {[...seller.name][0]?.toUpperCase()}
          </span>
        )}
        <span className="truncate">{seller.name}</span>
      </BareLink>
      {seller.kind === 'sandbox' ? (
        <span className="max-[359px]:hidden">
          <Badge tone="info">Sandbox</Badge>
        </span>
      ) : null}
    </span>
  );
}
