import { annotationForm } from '../../core/kinds/annotation';
import Annotation from '../marks/Annotation.svelte';
import { kind } from './kind';

export default kind({ form: annotationForm, component: Annotation, submitKey: () => 'Enter' });
