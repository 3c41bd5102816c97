declare const brand: unique symbol;

/** A nominal type: `Brand<number, 'Instant'>` cannot be mixed up with another number by accident. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };
