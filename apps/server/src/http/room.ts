/** Room for what large bodies become while they are answered, for each caller its own. */
export type Room = {
  /**
   * Waits until the bytes find room; who came first goes in first. Small bodies go in at once and take none, and a body
   * that is larger than the whole room goes in when nobody else is there.
   *
   * @returns what makes room again
   */
  enter(caller: number, bytes: number): Promise<() => void> | (() => void);
};

/** Bodies of at most so many bytes take no room. */
const SMALL_BYTES = 8 * 1024;
/** So many bytes of large bodies are worked on at once for one caller: two transactions of events. */
const ROOM_BYTES = 384 * 1024;

type Guest = { bytes: number; goIn(): void };
type Place = { takenBytes: number; waiting: Guest[] };

const NOTHING = () => {};

/**
 * A large body that waits is cheapest as the bytes that came. As objects it would be copied by the collector again and
 * again until it is its turn, which took half of what the server did under a load of large batches (decision 115).
 */
export function createRoom(): Room {
  const places = new Map<number, Place>();
  const fits = (place: Place, bytes: number) =>
    place.takenBytes === 0 || place.takenBytes + bytes <= ROOM_BYTES;

  function leave(caller: number, place: Place, bytes: number): void {
    place.takenBytes -= bytes;
    for (
      let next = place.waiting[0];
      next !== undefined && fits(place, next.bytes);
      next = place.waiting[0]
    ) {
      place.waiting.shift();
      place.takenBytes += next.bytes;
      next.goIn();
    }
    if (place.takenBytes === 0) places.delete(caller);
  }

  return {
    enter(caller, bytes) {
      if (bytes <= SMALL_BYTES) return NOTHING;
      const place = places.get(caller) ?? { takenBytes: 0, waiting: [] };
      places.set(caller, place);
      const goOut = () => leave(caller, place, bytes);
      if (place.waiting.length === 0 && fits(place, bytes)) {
        place.takenBytes += bytes;
        return goOut;
      }
      return new Promise((resolve) => {
        place.waiting.push({ bytes, goIn: () => resolve(goOut) });
      });
    },
  };
}
