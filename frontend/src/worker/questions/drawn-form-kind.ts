import { fieldsForm } from '../../core/kinds/fields';
import DrawnForm from '../fields/DrawnForm.svelte';
import { submitKey } from './form-kind';
import { kind } from './kind';

export default kind({ form: fieldsForm, component: DrawnForm, submitKey });
