import { photoTagForm } from '../../core/kinds/photo-tag';
import PhotoTag from '../marks/PhotoTag.svelte';
import { kind } from './kind';

export default kind({ form: photoTagForm, component: PhotoTag, submitKey: () => 'Enter' });
