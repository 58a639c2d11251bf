/**
 * How a worker likes the page: one small document, kept in the browser and, for the worker, on the
 * server. Whichever has the higher version is the newer one.
 */

import type { KeyMap } from './hotkeys';
import { readKeyMap } from './keymap';
import type { Json } from './wire';

/** What is used of the browser's local storage. */
export type LocalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key' | 'length'>;

export interface Settings {
  /** A language's code; null: the browser's. */
  language: string | null;
  theme: 'system' | 'light' | 'dark';
  /** True: also where the system does not ask for it. */
  contrast: boolean;
  stillness: boolean;
  /** A quiet sound, a notification when work arrives while nobody looks. */
  sound: boolean;
  notify: boolean;
  /** Whether the project's guidelines stand open beside the task. */
  guidelines: boolean;
  keys: KeyMap;
}

export interface Document {
  version: number;
  body: Json;
}

/** Where the worker's document is kept for all their browsers. */
export interface SettingsApi {
  settings(): Promise<Document>;
  /** Resolves to false when a newer one is there already. */
  saveSettings(document: Document): Promise<boolean>;
}

export const DEFAULTS: Settings = {
  language: null,
  theme: 'system',
  contrast: false,
  stillness: false,
  sound: false,
  notify: false,
  guidelines: false,
  keys: {},
};

const NAME = 'humanwire.settings';

interface Kept extends Document {
  /** The worker whose settings these are; null: of whoever was here before signing in. */
  worker: number | null;
}

export class SettingsKeeper {
  #kept: Kept;
  #listeners = new Set<(settings: Settings) => void>();

  constructor(
    private readonly api: SettingsApi,
    private readonly local: LocalStore | null,
  ) {
    this.#kept = this.#stored();
  }

  get now(): Settings {
    return read(this.#kept.body);
  }

  subscribe(listener: (settings: Settings) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Change some of it, here at once and on the server by and by. */
  change(part: Partial<Settings>): void {
    const { worker, version } = this.#kept;
    this.#keep({ worker, version: version + 1, body: { ...this.now, ...part } as unknown as Json });
    if (worker !== null) void this.#send();
  }

  /** Somebody has signed in: take up their settings. */
  async follow(worker: number): Promise<void> {
    const own = this.#kept;
    const theirs = await this.api.settings().catch(() => null);
    const stranger = own.worker !== null && own.worker !== worker;
    const newer = theirs && theirs.version > 0 && (own.worker !== worker || theirs.version >= own.version);
    if (newer) this.#keep({ worker, version: theirs.version, body: theirs.body });
    else if (stranger) this.#keep({ worker, version: 0, body: {} });
    else this.#keep({ ...own, worker });
    if (theirs && this.#kept.version > theirs.version) await this.#send();
  }

  async #send(): Promise<void> {
    const { version, body, worker } = this.#kept;
    try {
      const saved = await this.api.saveSettings({ version, body });
      if (saved || this.#kept.version !== version) return;
      // Another of the worker's browsers was first: the change made here comes after it.
      const theirs = await this.api.settings();
      if (theirs.version < version) return;
      this.#keep({ worker, version: theirs.version + 1, body });
      await this.api.saveSettings({ version: theirs.version + 1, body });
    } catch {
      // Kept here; the next change, or the next visit, brings it to the server.
    }
  }

  #keep(kept: Kept): void {
    this.#kept = kept;
    try {
      this.local?.setItem(NAME, JSON.stringify(kept));
    } catch {
      // Full, or forbidden in this browser: it holds for this visit.
    }
    for (const listener of [...this.#listeners]) listener(this.now);
  }

  #stored(): Kept {
    try {
      const kept = JSON.parse(this.local?.getItem(NAME) ?? 'null') as Kept | null;
      if (kept && Number.isSafeInteger(kept.version)) return kept;
    } catch {
      // not ours
    }
    return { worker: null, version: 0, body: {} };
  }
}

/** What of a document is understood here; the rest is as at first. */
function read(body: Json): Settings {
  const found = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const settings: Settings = { ...DEFAULTS, keys: readKeyMap(found['keys']) };
  for (const name of ['contrast', 'stillness', 'sound', 'notify', 'guidelines'] as const) {
    if (typeof found[name] === 'boolean') settings[name] = found[name];
  }
  if (typeof found['language'] === 'string') settings.language = found['language'];
  const theme = found['theme'];
  if (theme === 'light' || theme === 'dark') settings.theme = theme;
  return settings;
}
