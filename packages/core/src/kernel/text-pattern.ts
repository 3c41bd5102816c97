/** A text taken apart where names stand in it: `texts[0]`, name number `places[0]`, `texts[1]`, and so on. */
export interface TextPattern {
  readonly texts: readonly string[];
  readonly places: readonly number[];
}

/** Where these names stand in a text. */
export function patternOf(text: string, names: readonly string[]): TextPattern {
  const texts: string[] = [];
  const places: number[] = [];
  const numberOf = new Map(names.map((name, index) => [name, index]));
  let begin = 0;
  for (const { 0: name, index } of text.matchAll(new RegExp(names.join('|'), 'g'))) {
    texts.push(text.slice(begin, index));
    places.push(numberOf.get(name) as number);
    begin = index + name.length;
  }
  texts.push(text.slice(begin));
  return { texts, places };
}

/** The text with other names in the places of those that it was taken apart by. */
export function filled({ texts, places }: TextPattern, names: readonly string[]): string {
  let text = texts[0] as string;
  for (let index = 0; index < places.length; index += 1)
    text += (names[places[index] as number] as string) + (texts[index + 1] as string);
  return text;
}
