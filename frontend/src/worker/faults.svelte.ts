/** What is wrong with the material in hand, so that it can be said and flagged in one place. */

import { untrack } from 'svelte';
import type { FaultName, Medium } from '../core/faults';
import { t } from './setup';

export interface Fault {
  /** What the worker calls it: `Picture 2`. */
  name: string;
  /** As whoever asked gave it. */
  address: string;
  medium: Medium;
  fault: FaultName;
}

class Faults {
  #all = $state.raw<readonly Fault[]>([]);

  get all(): readonly Fault[] {
    return this.#all;
  }

  /** Note a fault; the returned function takes it back. */
  report(fault: Fault): () => void {
    // Effects report: what they write must not run them again.
    this.#all = [...untrack(() => this.#all), fault];
    return () => (this.#all = untrack(() => this.#all).filter((other) => other !== fault));
  }

  /** Why the task would be flagged; empty when nothing is wrong that whoever asked could mend. */
  get reason(): string {
    return this.#all
      .filter(({ fault }) => fault !== 'offline')
      .map((fault) => t('fault.line', { name: `${fault.name} (${fault.address})`, words: faultWords(fault) }))
      .join('\n')
      .slice(0, 4_000);
  }
}

export const faults = new Faults();

/** What is wrong, as a sentence. */
export function faultWords({ medium, fault }: Pick<Fault, 'medium' | 'fault'>): string {
  if (fault === 'wrongType' || fault === 'unplayable') return t(`fault.${fault}.${medium}`);
  return t(`fault.${fault}`);
}
