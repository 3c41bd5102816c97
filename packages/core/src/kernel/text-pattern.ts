/** A text taken apart where names stand in it: `texts[0]`, name number `places[0]`, `texts[1]`, and so on. */
export interface TextPattern {
  readonly texts: readonly string[];
  readonly places: readonly number[];
}

/** Where these names stand in a text. Each is looked for by itself: all at once by an expression takes ten times as long. */
export function patternOf(text: string, names: readonly string[]): TextPattern {
  const found: { at: number; place: number }[] = [];
  for (const [place, name] of names.entries())
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length))
      found.push({ at, place });
  found.sort((left, right) => left.at - right.at);
  const texts: string[] = [];
  let begin = 0;
  for (const { at, place } of found) {
    texts.push(text.slice(begin, at));
    begin = at + (names[place] as string).length;
  }
  texts.push(text.slice(begin));
  return { texts, places: found.map(({ place }) => place) };
}

/** The text with other names in the places of those that it was taken apart by. */
export function filled({ texts, places }: TextPattern, names: readonly string[]): string {
  let text = texts[0] as string;
  for (let index = 0; index < places.length; index += 1)
    text += (names[places[index] as number] as string) + (texts[index + 1] as string);
  return text;
}
