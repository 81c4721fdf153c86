import { createHash } from 'node:crypto';

/** A datum planted in a node's private tables, which nothing that leaves the node may hold. */
export interface Canary {
  /** What it is, for the message of a failed test. */
  readonly what: string;
  /** Text, or bytes such as a portrait's. */
  readonly value: string | Uint8Array;
}

export interface Sighting {
  readonly canary: string;
  readonly spelling: string;
  readonly at: number;
}

interface Trace {
  readonly spelling: string;
  readonly bytes: Buffer;
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');
const urlAlphabet = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

/** Base64 of the value inside something longer: one spelling for each place it can begin at, without the characters that its neighbours share. */
const base64Traces = (value: Buffer, of: string): Trace[] =>
  [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), value]);
    const text = whole.toString('base64').replaceAll('=', '');
    const inner = text.slice(before === 0 ? 0 : before + 1, whole.length % 3 === 0 ? undefined : -1);
    return [
      { spelling: `base64 of ${of}, ${before} bytes in`, bytes: ascii(inner) },
      { spelling: `base64url of ${of}, ${before} bytes in`, bytes: ascii(urlAlphabet(inner)) },
    ];
  });

const hexTraces = (value: Buffer, of: string): Trace[] => [
  { spelling: `hex of ${of}`, bytes: ascii(value.toString('hex')) },
  { spelling: `HEX of ${of}`, bytes: ascii(value.toString('hex').toUpperCase()) },
];

const percent = (value: Buffer): string => value.toString('hex').replace(/../g, '%$&');
const utf16Units = (text: string): string[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, '0'));

const textTraces = (text: string): Trace[] => {
  const value = Buffer.from(text, 'utf8');
  const bigEndian = Buffer.from(text, 'utf16le').swap16();
  const escaped = utf16Units(text).map((unit) => `\\u${unit}`);
  return [
    { spelling: 'percent-encoding', bytes: ascii(percent(value)) },
    { spelling: 'PERCENT-ENCODING', bytes: ascii(percent(value).toUpperCase()) },
    { spelling: 'encodeURIComponent', bytes: ascii(encodeURIComponent(text)) },
    { spelling: 'JSON escapes', bytes: ascii(escaped.join('')) },
    { spelling: 'JSON ESCAPES', bytes: ascii(escaped.join('').toUpperCase().replaceAll('\\U', '\\u')) },
    { spelling: 'XML character references', bytes: ascii([...text].map((one) => `&#${one.codePointAt(0)};`).join('')) },
    { spelling: 'UTF-16LE', bytes: Buffer.from(text, 'utf16le') },
    { spelling: 'UTF-16BE', bytes: bigEndian },
    { spelling: 'upper case', bytes: Buffer.from(text.toUpperCase(), 'utf8') },
    { spelling: 'lower case', bytes: Buffer.from(text.toLowerCase(), 'utf8') },
  ];
};

const DIGESTS = ['sha256', 'sha1', 'md5', 'sm3'] as const;

/** A digest without a key: the numbers of a country can be counted through. */
const digestTraces = (value: Buffer): Trace[] =>
  DIGESTS.flatMap((name) => {
    const digest = createHash(name).update(value).digest();
    return [
      { spelling: `bare ${name}`, bytes: digest },
      ...hexTraces(digest, `bare ${name}`),
      { spelling: `base64 of bare ${name}`, bytes: ascii(digest.toString('base64').slice(0, -2)) },
      { spelling: `base64url of bare ${name}`, bytes: ascii(digest.toString('base64url').slice(0, -1)) },
    ];
  });

/** Every spelling in which the search knows a value. */
export const tracesOf = ({ value }: Canary): Trace[] => {
  const bytes = Buffer.from(typeof value === 'string' ? Buffer.from(value, 'utf8') : value);
  return [
    { spelling: 'as it is', bytes },
    ...base64Traces(bytes, 'it'),
    ...hexTraces(bytes, 'it'),
    ...(typeof value === 'string' ? textTraces(value) : []),
    ...digestTraces(bytes),
  ];
};

/** Searches bytes for canaries in every spelling. Made once for many searches. */
export const createSearch = (canaries: readonly Canary[]): ((haystack: Uint8Array) => Sighting[]) => {
  const traces = canaries.flatMap((canary) => tracesOf(canary).map((trace) => ({ canary: canary.what, ...trace })));
  return (haystack) => {
    const bytes = Buffer.from(haystack.buffer, haystack.byteOffset, haystack.byteLength);
    return traces.flatMap(({ canary, spelling, bytes: trace }) => {
      const at = bytes.indexOf(trace);
      return at < 0 ? [] : [{ canary, spelling, at }];
    });
  };
};
