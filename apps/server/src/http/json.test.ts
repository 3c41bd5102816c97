import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, JsonFault, parseStrictJson } from './json.ts';

describe('strict JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as never), fc.nat(4), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        if (/"(?:__proto__|constructor|prototype)":/.test(text) || /(?<![0-9])-0(?![.0-9])/.test(text))
          return;
        if (/[0-9]{16,}|e\+/.test(text)) return;
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a key given twice', '{"a":1,"a":2}'],
    ['a key that reaches the prototype', '{"__proto__":{"x":1}}'],
    ['a constructor', '{"constructor":1}'],
    ['an integer beyond 2^53', '[9007199254740993]'],
    ['an overflow', '1e400'],
    ['minus zero', '-0'],
    ['a bare word', 'nul'],
    ['a comma at the end', '[1,]'],
    ['two values', '1 2'],
    ['nothing', ''],
    ['a cut text', '{"a":'],
    ['an open string', '"abc'],
    ['a line break in a string', '"a\nb"'],
    ['an escape that does not exist', '"\\x"'],
    ['a number with a zero in front', '01'],
    ['a plus sign', '+1'],
    ['NaN', 'NaN'],
    ['single quotes', "{'a':1}"],
    ['nesting without end', '['.repeat(10_000)],
  ])('refuses %s', (_name, text) => {
    expect(() => parseStrictJson(text)).toThrow(JsonFault);
  });

  it('says the same of what the platform would have written so as of any other form', () => {
    const outcomeOf = (text: string) => {
      try {
        return { value: parseStrictJson(text) };
      } catch (error) {
        return { fault: (error as JsonFault).message };
      }
    };
    const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const texts = [
      ...[
        '{"a":1,"a":2}',
        '{"a":{"b":1,"b":1}}',
        '{"constructor":1}',
        '{"a":"constructor"}',
        '[9007199254740993]',
      ],
      ...[
        '[9007199254740992]',
        '[100000000000000000000]',
        '[-0]',
        '[1.50]',
        '[1e3]',
        '["\\ud800"]',
        '{"b":1,"1":2}',
      ],
      ...[
        '{"\\u0061":1,"a":2}',
        '[1,]',
        '{"a":1}}',
        deep(64),
        deep(65),
        `{"a":${deep(63)}}`,
        `{"a":${deep(64)}}`,
      ],
    ];
    for (const text of texts) expect([text, outcomeOf(text)]).toEqual([text, outcomeOf(` ${text}`)]);
    const cut = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom('', '1', '"', ',', '{', '}', '[', '\\', '-', 'é'),
    );
    const isSame = (text: string) => expect(outcomeOf(text)).toEqual(outcomeOf(` ${text}`));
    fc.assert(
      fc.property(cut, ([text, at, put]) => {
        const place = at % (text.length + 1);
        isSame(text);
        isSame(`${text.slice(0, place)}${put}${text.slice(place)}`);
        isSame(`${text.slice(0, place)}${put}${text.slice(place + 1)}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => decodeUtf8(Uint8Array.of(0xc0, 0xaf))).toThrow(JsonFault);
    expect(() => decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toThrow(JsonFault);
  });

  it('takes a megabyte in well under a second', () => {
    const text = JSON.stringify(
      Array.from({ length: 20_000 }, (_value, index) => ({ id: `event-${index}`, n: index, text: 'ä"\\' })),
    );
    const startedAt = performance.now();
    expect((parseStrictJson(text) as unknown[]).length).toBe(20_000);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});
