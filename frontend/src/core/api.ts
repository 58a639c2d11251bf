/** The worker API over fetch: typed calls, and two kinds of failure to tell apart. */

import type { Document, SettingsApi } from './settings';
import type { Act, Answered, Assignment, Draft, GoneReason, Me, Progress, Upload } from './wire';
import type { Json, PastAnswer, PastWork, Trial, TrialQuery } from './wire';

/** The server answered, and said no. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly reason: GoneReason | null = null,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get temporary(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** No answer came: the network or the server is away. */
export class Unreachable extends Error {}

export interface Reply {
  accepted: boolean;
  counted?: boolean;
  expires_at?: string;
}

/** What the desk needs of the server; tests bring their own. */
export interface WorkerApi {
  me(): Promise<Me>;
  held(): Promise<Assignment[]>;
  /** Wait up to `seconds` for a task; null when none came. */
  claim(seconds: number, signal: AbortSignal): Promise<Assignment | null>;
  end(assignment: string, act: Act): Promise<Reply>;
  heartbeat(assignment: string): Promise<Reply>;
  /** Give an assignment back undone. */
  release(assignment: string): Promise<void>;
  /** `base` is the version that the draft was made from; 0: none. */
  saveDraft(assignment: string, draft: Draft, base: number): Promise<void>;
  readDraft(assignment: string): Promise<Draft>;
}

const BASE = '/worker/v1';
/** Browsers finish requests of left pages only up to 64 KiB. */
const LONGEST_OUTLIVING = 60_000;

export class HttpWorkerApi implements WorkerApi, SettingsApi {
  async me(): Promise<Me> {
    return (await call('GET', '/me')) as Me;
  }

  async held(): Promise<Assignment[]> {
    return ((await call('GET', '/assignments')) as { assignments: Assignment[] }).assignments;
  }

  async claim(seconds: number, signal: AbortSignal): Promise<Assignment | null> {
    return (await call('POST', '/assignments', { wait: seconds }, { signal })) as Assignment | null;
  }

  async end(assignment: string, act: Act): Promise<Reply> {
    return (await call('POST', `/assignments/${assignment}/${act.verb}`, act.body, {
      outlive: true,
    })) as Reply;
  }

  async heartbeat(assignment: string): Promise<Reply> {
    return (await call('POST', `/assignments/${assignment}/heartbeat`, {})) as Reply;
  }

  async release(assignment: string): Promise<void> {
    await call('POST', `/assignments/${assignment}/release`, {}, { outlive: true });
  }

  async saveDraft(assignment: string, draft: Draft, base: number): Promise<void> {
    const body = { ...draft, base };
    await call('PUT', `/assignments/${assignment}/draft`, body, { outlive: true });
  }

  async readDraft(assignment: string): Promise<Draft> {
    return (await call('GET', `/assignments/${assignment}/draft`)) as Draft;
  }

  async settings(): Promise<Document> {
    return (await call('GET', '/settings')) as Document;
  }

  async saveSettings(document: Document): Promise<boolean> {
    try {
      await call('PUT', '/settings', document);
      return true;
    } catch (error) {
      if (error instanceof Refused && error.status === 409) return false;
      throw error;
    }
  }

  /** A project's guidelines, as Markdown. */
  async guidelines(project: string): Promise<string> {
    const found = await call('GET', `/projects/${encodeURIComponent(project)}/guidelines`);
    return (found as { guidelines: string }).guidelines;
  }

  /** The worker's own answers, newest first; `cursor` is where the last list ended. */
  async history(cursor: string | null): Promise<{ answers: PastAnswer[]; cursor: string | null }> {
    const from = cursor === null ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    return (await call('GET', `/history${from}`)) as { answers: PastAnswer[]; cursor: string | null };
  }

  async past(assignment: string): Promise<PastWork> {
    return (await call('GET', `/history/${assignment}`)) as PastWork;
  }

  /** Replace the answer to a task that is still open. */
  async correct(assignment: string, answer: Answered): Promise<void> {
    await call('PUT', `/assignments/${assignment}/answer`, answer);
  }

  /** What a workflow asks; `query` says which, and with which pictures. */
  async trial(query: TrialQuery): Promise<Trial> {
    return (await call('GET', trialPath(query))) as Trial;
  }

  /** Have an answer to it checked; nothing is stored. */
  async tryAnswer(query: TrialQuery, answer: Answered): Promise<Json> {
    return ((await call('POST', trialPath(query), answer)) as { response: Json }).response;
  }

  /** How many answers the worker has given since a moment, lately and in all. */
  async progress(since: Date): Promise<Progress> {
    return (await call('GET', `/progress?since=${since.toISOString()}`)) as Progress;
  }

  async signOut(): Promise<void> {
    await call('POST', '/sign-out');
  }

  /** Send one file; `onProgress` is told the share sent, 0 to 1. */
  upload(
    assignment: string,
    file: Blob,
    onProgress: (share: number) => void,
    signal: AbortSignal,
  ): Promise<Upload> {
    // fetch cannot report upload progress, XMLHttpRequest can.
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${BASE}/media?assignment=${encodeURIComponent(assignment)}`);
      if (file.type) request.setRequestHeader('Content-Type', file.type);
      request.upload.onprogress = (event) => {
        if (event.lengthComputable) onProgress(event.loaded / event.total);
      };
      request.onload = () => {
        if (request.status >= 200 && request.status < 300) {
          resolve(JSON.parse(request.responseText) as Upload);
        } else {
          const retryAfter = request.getResponseHeader('Retry-After');
          reject(refusal(request.status, request.responseText, retryAfter));
        }
      };
      request.onerror = () => reject(new Unreachable());
      request.onabort = () => reject(new DOMException('cancelled', 'AbortError'));
      signal.addEventListener('abort', () => request.abort());
      request.send(file);
    });
  }
}

function trialPath({ project, workflow, pictures }: TrialQuery): string {
  const query = new URLSearchParams(pictures.map((picture) => ['picture', picture]));
  return `/projects/${encodeURIComponent(project)}/trials/${encodeURIComponent(workflow)}?${query}`;
}

async function call(
  method: string,
  path: string,
  body?: object,
  { signal, outlive = false }: { signal?: AbortSignal; outlive?: boolean } = {},
): Promise<unknown> {
  const init: RequestInit = { method, credentials: 'same-origin', signal: signal ?? null };
  if (body !== undefined) {
    const text = JSON.stringify(body);
    init.headers = { 'Content-Type': 'application/json' };
    init.body = text;
    init.keepalive = outlive && text.length < LONGEST_OUTLIVING;
  }
  let status: number;
  let text: string;
  let retryAfter: string | null;
  try {
    const response = await fetch(BASE + path, init);
    status = response.status;
    retryAfter = response.headers.get('Retry-After');
    text = await response.text();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Unreachable();
  }
  if (status >= 200 && status < 300) return text ? (JSON.parse(text) as unknown) : null;
  throw refusal(status, text, retryAfter);
}

function refusal(status: number, text: string, retryAfter: string | null): Refused {
  let error: { code?: string; message?: string; field?: string; reason?: GoneReason } = {};
  try {
    error = (JSON.parse(text) as { error?: typeof error }).error ?? {};
  } catch {
    // A proxy's page, not ours: the status alone has to do.
  }
  const seconds = Number(retryAfter);
  return new Refused(
    status,
    error.code ?? 'unknown',
    error.message ?? '',
    error.field ?? null,
    error.reason ?? null,
    retryAfter !== null && Number.isFinite(seconds) ? seconds : null,
  );
}
