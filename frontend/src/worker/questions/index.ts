/** The kinds that have a form here. A new kind adds its form, its component and one line. */

import type { Component } from 'svelte';
import { choiceForm } from '../../core/kinds/choice';
import type { Form } from '../../core/kinds/form';
import { mediaForm } from '../../core/kinds/media';
import { ratingForm } from '../../core/kinds/rating';
import { textForm } from '../../core/kinds/text';
import type { Json, Task } from '../../core/wire';
import Choice from './Choice.svelte';
import Media from './Media.svelte';
import Rating from './Rating.svelte';
import Text from './Text.svelte';

export interface QuestionProps<Question, Value extends Json> {
  question: Question;
  /** What the form holds; bound. */
  value: Value;
  /** What the server would refuse now, in words. */
  problem: string | null;
  /** The worker has tried to submit, so that problems may be shown. */
  asked: boolean;
  /** Original media address to the address on this server. */
  sources: Record<string, string>;
  /** Uploads are kept for this assignment. */
  assignment: string;
  submit: () => void;
  /** Something still runs that the answer waits for; bound. */
  busy?: boolean;
}

interface Kind<Question, Value extends Json> {
  form: Form<Question, Value>;
  component: Component<QuestionProps<Question, Value>, object, 'value' | 'busy'>;
  /** The key that submits; text of several lines needs Enter for itself. */
  submitKey: (question: Question) => 'Enter' | 'Mod+Enter';
}

/** A kind whose question and value fit each other, as the code that handles all kinds sees it. */
type AnyKind = Kind<unknown, Json>;

function kind<Question, Value extends Json>(entry: Kind<Question, Value>): AnyKind {
  return entry as unknown as AnyKind;
}

const kinds: Partial<Record<Task['kind'], AnyKind>> = {
  choice: kind({ form: choiceForm, component: Choice, submitKey: () => 'Enter' }),
  text: kind({
    form: textForm,
    component: Text,
    submitKey: ({ validation }) => (validation === 'none' ? 'Mod+Enter' : 'Enter'),
  }),
  rating: kind({ form: ratingForm, component: Rating, submitKey: () => 'Enter' }),
  media: kind({ form: mediaForm, component: Media, submitKey: () => 'Enter' }),
};

/** How to ask a task of this kind; undefined when there is no form for it here. */
export function kindOf(task: Task): AnyKind | undefined {
  return kinds[task.kind];
}
