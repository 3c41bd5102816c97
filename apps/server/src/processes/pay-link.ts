import { decodeTypeId, encodeTypeId } from '@billhook/core/kernel/typeid';
import type { TenantContext } from '../platform/context.ts';
import { equalSecrets } from '../platform/crypto.ts';

type Tenant = Pick<TenantContext, 'publicId' | 'slug'>;

/** Addresses at which a request is paid by whoever has them. Nothing is stored: the address carries its proof. */
export type PayLinks = {
  /** The page of our portal; the same each time, so that it may be sent again. */
  urlOf(tenant: Tenant, requestId: string): string;
  /** The request that the last part of an address names; null for one that we did not make. */
  read(tenant: Tenant, token: string): string | null;
};

/**
 * @param sign HMAC by a key of its own; the tenant is signed too, so that an address of one seller opens nothing at another
 * @param origin where both web apps stand
 */
export function createPayLinks(sign: (text: string) => string, origin: () => string): PayLinks {
  const proofOf = ({ publicId }: Tenant, request: string) => sign(JSON.stringify([publicId, request]));
  return {
    urlOf(tenant, requestId) {
      const request = encodeTypeId('preq', requestId);
      return `${origin()}/p/${tenant.slug}/pay/${request}.${proofOf(tenant, request)}`;
    },
    read(tenant, token) {
      const [request = '', proof = ''] = token.split('.');
      const id = decodeTypeId('preq', request);
      return id.ok && equalSecrets(proof, proofOf(tenant, request)) ? id.value : null;
    },
  };
}
