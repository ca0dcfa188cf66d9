// A state of the page as the part of an address behind #: JSON, deflated, in letters that an address takes.

const SIGN = "#1.";
const LONGEST_LINK = 32_000; // characters: what mail and chat programs still take
export const LONGEST_TEXT = 256_000; // characters of a manifest, and of all that a link may hold

export class BadLink extends Error {}

async function through(stream, bytes, most = Infinity) {
  const writer = stream.writable.getWriter();
  writer.write(bytes).catch(() => {});
  writer.close().catch(() => {});
  const parts = [];
  let size = 0;
  for (const reader = stream.readable.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > most) {
      await reader.cancel();
      throw new BadLink("too long");
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

// The fragment that holds a state; null where it would be too long for a link.
export async function fragment({ text, settings }) {
  const bytes = new TextEncoder().encode(JSON.stringify({ text, settings }));
  const small = await through(new CompressionStream("deflate-raw"), bytes);
  let letters = "";
  for (const byte of small) letters += String.fromCharCode(byte);
  const found = SIGN + btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return found.length > LONGEST_LINK ? null : found;
}

// The state in a fragment; null where it holds none. Throws BadLink for what is no link of ours.
export async function state(fragment) {
  if (!fragment.startsWith(SIGN)) return null;
  try {
    const letters = fragment.slice(SIGN.length);
    if (letters.length > LONGEST_LINK || !/^[A-Za-z0-9_-]+$/.test(letters)) throw new BadLink("no letters of ours");
    const small = Uint8Array.from(atob(letters.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const bytes = await through(new DecompressionStream("deflate-raw"), small, 3 * LONGEST_TEXT);
    return checked(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (error) {
    throw error instanceof BadLink ? error : new BadLink(String(error));
  }
}

function checked(found) {
  const { text, settings } = found ?? {};
  if (typeof text !== "string" || text.length > LONGEST_TEXT) throw new BadLink("no text");
  if (typeof settings !== "object" || settings === null || Array.isArray(settings)) throw new BadLink("no settings");
  const said = Object.entries(settings).filter(([, value]) => typeof value === "string" && value.length < 2000);
  return { text, settings: Object.fromEntries(said) };
}
