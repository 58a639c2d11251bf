import { mediaForm } from '../../core/kinds/media';
import { kind } from './kind';
import Media from './Media.svelte';

export default kind({ form: mediaForm, component: Media, submitKey: () => 'Enter' });
