/**
 * What the browser keeps for the desk: all of it in memory, and behind that in IndexedDB, which has
 * room for drafts of many megabytes and outlives the page, a crash and a closed laptop.
 */

import type { Json } from './wire';

/** Where values stay when the page goes. */
export interface Shelf {
  all(): Promise<[string, Json][]>;
  put(key: string, value: Json): Promise<void>;
  remove(key: string): Promise<void>;
}

export class Keep {
  #values = new Map<string, Json>();
  #opened: Promise<void> | null = null;
  #writing = 0;
  #failed = new Set<string>();

  constructor(private readonly shelf: Shelf | null) {}

  /** Read what was kept; a browser that forbids it begins with nothing. */
  open(): Promise<void> {
    this.#opened ??= this.#read();
    return this.#opened;
  }

  get(key: string): Json | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: Json): void {
    this.#values.set(key, value);
    this.#write(key, (shelf) => shelf.put(key, value));
  }

  delete(key: string): void {
    if (this.#values.delete(key)) this.#write(key, (shelf) => shelf.remove(key));
  }

  keys(prefix = ''): string[] {
    return [...this.#values.keys()].filter((key) => key.startsWith(prefix));
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key);
  }

  /** Whether all of it would be there after a reload. */
  get safe(): boolean {
    return this.shelf !== null && this.#writing === 0 && this.#failed.size === 0;
  }

  async #read(): Promise<void> {
    try {
      for (const [key, value] of (await this.shelf?.all()) ?? []) {
        if (!this.#values.has(key)) this.#values.set(key, value);
      }
    } catch {
      this.#failed.add('');
    }
  }

  #write(key: string, act: (shelf: Shelf) => Promise<void>): void {
    if (!this.shelf) return;
    this.#writing += 1;
    act(this.shelf)
      .then(
        () => this.#failed.delete(key),
        () => this.#failed.add(key), // full, or forbidden in this browser
      )
      .finally(() => (this.#writing -= 1));
  }
}

const TABLE = 'kept';

/** The browser's IndexedDB as a shelf; null where there is none. */
export function browserShelf(name: string): Shelf | null {
  if (typeof indexedDB === 'undefined') return null;
  let opening: Promise<IDBDatabase> | null = null;

  function open(): Promise<IDBDatabase> {
    opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error ?? new Error('no database'));
    });
    return opening;
  }

  async function within<T>(
    mode: IDBTransactionMode,
    act: (table: IDBObjectStore) => () => T,
  ): Promise<T> {
    const transaction = (await open()).transaction(TABLE, mode);
    const result = act(transaction.objectStore(TABLE));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(result());
      transaction.onabort = () => reject(transaction.error ?? new Error('not written'));
    });
  }

  return {
    all: () =>
      within('readonly', (table) => {
        const keys = table.getAllKeys();
        const values = table.getAll();
        return () =>
          keys.result.map((key, place): [string, Json] => [String(key), values.result[place] as Json]);
      }),
    put: (key, value) => within('readwrite', (table) => (table.put(value, key), () => undefined)),
    remove: (key) => within('readwrite', (table) => (table.delete(key), () => undefined)),
  };
}
