/** What a kind of question tells the workspace about filling it in. */

import type { Json, Task } from '../wire';
import type { MessageKey, Params } from '../messages';

/** Why a form cannot be sent yet, as a message of the catalogue. */
export interface Problem {
  key: MessageKey;
  params?: Params;
}

/**
 * The state of one kind's form, apart from how it looks. `Value` is what the form holds while it
 * is being filled in; it is also what a draft keeps, so it must be JSON.
 */
export interface Form<Question, Value extends Json> {
  /** The form as it starts: from a draft where that fits the question, else empty. */
  start(question: Question, draft: Json | undefined, task: Task): Value;
  /** The first thing that the server would refuse, or null. */
  problem(question: Question, value: Value, task: Task): Problem | null;
  /** With which question and which draft the form opens on an answer that was given before. */
  again(question: Question, response: Json, task: Task): [Question, Json];
  /** The answer to send; only asked for when there is no problem. */
  response(question: Question, value: Value, task: Task): Json;
}
