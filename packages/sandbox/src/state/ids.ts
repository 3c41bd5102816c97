const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Bytes from this value on are thrown away, so that every letter is equally likely. */
const USABLE_BYTES = 256 - (256 % ALPHABET.length);

/** A source of random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

/** Makes ids as Stripe's look: a prefix, then letters and digits. */
export type MakeId = (prefix: string, letters?: number) => string;

/** Builds the id maker on a source of random bytes. `letters` defaults to 24. */
export function idMaker(randomBytes: RandomBytes): MakeId {
  return (prefix, letters = 24) => {
    let text = '';
    while (text.length < letters) {
      for (const byte of randomBytes(letters)) {
        if (byte < USABLE_BYTES && text.length < letters) text += ALPHABET[byte % ALPHABET.length];
      }
    }
    return prefix + text;
  };
}
