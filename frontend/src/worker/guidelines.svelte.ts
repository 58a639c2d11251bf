/** A project's guidelines: fetched once for each version, and whether the worker has seen this one. */

import { keeper } from './preferences.svelte';
import { api, local } from './setup';

const SEEN = 'humanwire.guidelines.';

export class Guidelines {
  /** A phone has no room beside the task, so there they open only when asked for. */
  shown = $state(keeper.now.guidelines && matchMedia('(min-width: 64rem)').matches);
  text = $state<string | null>(null);
  failed = $state(false);
  /** Whether this version was never opened in this browser. */
  unseen = $state(false);
  #fetched = new Map<string, string>();
  #wanted: string | null = null;

  toggle(): void {
    this.shown = !this.shown;
    keeper.change({ guidelines: this.shown });
  }

  /** Turn to a task's project; `digest` names the version. */
  turn(project: string, digest: string): void {
    if (this.#wanted !== digest) this.failed = false;
    this.#wanted = digest;
    this.text = this.#fetched.get(digest) ?? null;
    this.unseen = local?.getItem(SEEN + project) !== digest;
  }

  /** Fetch them if need be, as they are to be read now. */
  async open(project: string, digest: string): Promise<void> {
    this.turn(project, digest);
    try {
      const text = this.text ?? (await api.guidelines(project));
      this.#fetched.set(digest, text);
      if (this.#wanted !== digest) return;
      this.text = text;
      this.failed = false;
      this.unseen = false;
      local?.setItem(SEEN + project, digest);
    } catch {
      if (this.#wanted === digest) this.failed = this.text === null;
    }
  }
}

export const guidelines = new Guidelines();
