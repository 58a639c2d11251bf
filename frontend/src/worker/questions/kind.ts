/** What a kind's form is made of, and what it is given. */

import type { Component } from 'svelte';
import type { Form } from '../../core/kinds/form';
import type { Json, Size, Task } from '../../core/wire';

export interface QuestionProps<Question, Value extends Json> {
  question: Question;
  /** The whole task, for kinds that show the material themselves. */
  task: Task;
  /** What the form holds; bound. */
  value: Value;
  /** What the server would refuse now, in words. */
  problem: string | null;
  /** The worker has tried to submit, so that problems may be shown. */
  asked: boolean;
  /** The path of what the server has refused, as in `response[2].x`. */
  place: string | null;
  /** Original media address to the address on this server. */
  sources: Record<string, string>;
  /** Uploads are kept for this assignment. */
  assignment: string;
  submit: () => void;
  /** Something still runs that the answer waits for; bound. */
  busy?: boolean;
  /**
   * The size of each attachment in pixels of the original, as visual kinds have seen it, sent with
   * the answer; zeros where there is none. Bound.
   */
  media?: Size[];
}

export interface Kind<Question, Value extends Json> {
  form: Form<Question, Value>;
  component: Component<QuestionProps<Question, Value>, object, 'value' | 'busy' | 'media'>;
  /** The key that submits; text of several lines needs Enter for itself. */
  submitKey: (question: Question) => 'Enter' | 'Mod+Enter';
}

/** A kind whose question and value fit each other, as the code that handles all kinds sees it. */
export type AnyKind = Kind<unknown, Json>;

export function kind<Question, Value extends Json>(entry: Kind<Question, Value>): AnyKind {
  return entry as unknown as AnyKind;
}
