/** An address of the internet as a number: 32 bits, or 128. */
export interface Address {
  readonly bits: bigint;
  readonly width: 32 | 128;
}

export interface AddressRange extends Address {
  /** How many leading bits are the same for all of the range. */
  readonly prefix: number;
}

const V4_PART = /^(?:0|[1-9][0-9]{0,2})$/;
const V6_PART = /^[0-9a-f]{1,4}$/;
// ::ffff:0:0/96 holds addresses of the old kind, as servers that listen on both see them.
const MAPPED = 0xffffn;

/** Reads an address; null for anything else. One of the old kind inside of one of the new is what it stands for. */
export function readAddress(text: string): Address | null {
  const plain = text.trim().toLowerCase();
  if (!plain.includes(':')) return readV4(plain);
  const bits = readV6(plain);
  if (bits === null) return null;
  return bits >> 32n === MAPPED ? { bits: bits & 0xffffffffn, width: 32 } : { bits, width: 128 };
}

/** Reads `192.0.2.0/24`, `2001:db8::/32`, or one address; null for anything else. Bits behind the prefix are dropped. */
export function readAddressRange(text: string): AddressRange | null {
  const [base = '', length, ...rest] = text.trim().split('/');
  const address = readAddress(base);
  if (address === null || rest.length > 0) return null;
  if (length === undefined) return { ...address, prefix: address.width };
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(length)) return null;
  // The length of a mapped one counts from the front of the long form.
  const isMapped = address.width === 32 && base.includes(':');
  const prefix = Number(length) - (isMapped ? 96 : 0);
  if (prefix < 0 || prefix > address.width) return null;
  const free = BigInt(address.width - prefix);
  return { bits: (address.bits >> free) << free, width: address.width, prefix };
}

export function isInRange(address: Address, range: AddressRange): boolean {
  if (address.width !== range.width) return false;
  const free = BigInt(range.width - range.prefix);
  return address.bits >> free === range.bits >> free;
}

/** The one spelling of a range, so that the same range stands once on a list. */
export function writeAddressRange({ bits, width, prefix }: AddressRange): string {
  if (width === 32) {
    const parts = [24n, 16n, 8n, 0n].map((shift) => `${(bits >> shift) & 255n}`);
    return `${parts.join('.')}/${prefix}`;
  }
  const parts = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - index * 16)) & 0xffffn).toString(16),
  );
  return `${parts.join(':')}/${prefix}`;
}

function readV4(text: string): Address | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => V4_PART.test(part) && Number(part) <= 255)) return null;
  return { bits: parts.reduce((bits, part) => (bits << 8n) | BigInt(part), 0n), width: 32 };
}

function readV6(text: string): bigint | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const front = partsOf(head);
  const back = tail === undefined ? [] : partsOf(tail);
  if (front === null || back === null) return null;
  const missing = 8 - front.length - back.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...front, ...Array<bigint>(missing).fill(0n), ...back].reduce(
    (bits, part) => (bits << 16n) | part,
    0n,
  );
}

/** The groups of one side; the last may be an address of the old kind. */
function partsOf(text: string): bigint[] | null {
  if (text === '') return [];
  const parts: bigint[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    const old = index === groups.length - 1 && group.includes('.') ? readV4(group) : null;
    if (old !== null) parts.push(old.bits >> 16n, old.bits & 0xffffn);
    else if (V6_PART.test(group)) parts.push(BigInt(`0x${group}`));
    else return null;
  }
  return parts;
}
