import { fieldsForm, fillingOf } from '../../core/kinds/fields';
import type { FormQuestion } from '../../core/wire';
import Fields from '../fields/Form.svelte';
import { kind } from './kind';

/** Texts of several lines need Enter for themselves. */
export function submitKey(question: FormQuestion): 'Enter' | 'Mod+Enter' {
  return question.fields.some((field) => fillingOf(question, field) === 'text') ? 'Mod+Enter' : 'Enter';
}

export default kind({ form: fieldsForm, component: Fields, submitKey });
