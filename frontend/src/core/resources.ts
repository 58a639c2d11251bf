/** What attachments and choices show: calls to place, films to embed, addresses to open. */

export interface Dial {
  number: string;
  tones: string;
  /** A link that telephones understand. */
  href: string;
  /** The tones as steps: a key to press, or a pause in seconds. */
  steps: ({ key: string } | { pauseSeconds: number })[];
}

const DIAL = /^dial:(\+?[0-9]{3,20})(?:@([0-9A-D*#w]+))?$/i;
const SECONDS_PER_W = 0.5;

/** Read `dial:+NUMBER@TONES`; null for any other text. */
export function parseDial(text: string): Dial | null {
  const match = DIAL.exec(text.trim());
  if (!match?.[1]) return null;
  const number = match[1];
  const tones = match[2] ?? '';
  const steps = [...tones.matchAll(/w+|[^w]/gi)].map(([part]) =>
    /^w/i.test(part) ? { pauseSeconds: part.length * SECONDS_PER_W } : { key: part },
  );
  // A hash would begin the link's fragment.
  const postd = tones.replaceAll('#', '%23');
  return { number, tones, href: `tel:${number}${postd ? `;postd=${postd}` : ''}`, steps };
}

/** Whether an address is one of YouTube's players, the only foreign frame that may keep its origin. */
export function isYouTubePlayer(address: string): boolean {
  return /^https:\/\/www\.youtube(-nocookie)?\.com\/embed\/[\w-]+([?][^#]*)?$/.test(address);
}

/** The addresses to try for a medium: through this server first, then as the caller gave it. */
export function candidates(address: string, sources: Record<string, string>): string[] {
  const ours = sources[address];
  return ours ? [ours, address] : [address];
}

/** The last part of an address, short enough to name it. */
export function shortName(address: string): string {
  if (!URL.canParse(address)) return address;
  const { host, pathname } = new URL(address);
  const last = decodeURIComponentSafely(pathname.split('/').filter(Boolean).at(-1) ?? '');
  return last ? `${host} · ${last.length > 32 ? `${last.slice(0, 31)}…` : last}` : host;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
