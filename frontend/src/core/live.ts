/** Server-sent events: hints that work has come, and word of tasks taken back. */

import type { GoneReason } from './wire';

export interface LiveEvents {
  /** The stream stands, also again after a break: what came before it was not heard. */
  opened(): void;
  work(): void;
  withdrawn(assignment: string, reason: GoneReason): void;
  notice(text: string): void;
}

const REOPEN_MS = 15_000;

/** Listen until the returned function is called. */
export function listen(events: LiveEvents): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function open() {
    source = new EventSource('/worker/v1/events');
    source.onopen = () => events.opened();
    source.addEventListener('work', () => events.work());
    source.addEventListener('withdrawn', (event) => {
      const { assignment, reason } = JSON.parse(event.data as string) as {
        assignment: string;
        reason: GoneReason;
      };
      events.withdrawn(assignment, reason);
    });
    source.addEventListener('notice', (event) => {
      events.notice((JSON.parse(event.data as string) as { message: string }).message);
    });
    source.onerror = () => {
      // The browser reconnects by itself, except after a reply that is no event stream.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
    };
  }

  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
