/** The number of a document: digits stand under digits, and hyphens keep their own narrow place. */
export function DocumentNumber({ number }: { number: string }) {
  return (
    <span className="whitespace-nowrap" dir="ltr">
      {number.split(/(\d+)/).map((part, index) =>
        /^\d/.test(part) ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one number have no identity but their place.
          <span key={index} className="num">
            {part}
          </span>
        ) : (
          part
        ),
      )}
    </span>
  );
}
