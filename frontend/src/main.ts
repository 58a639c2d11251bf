import { mount } from 'svelte';
import './styles/tokens.css';
import './styles/base.css';
import App from './worker/App.svelte';
import { takeUp } from './worker/preferences.svelte';

const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
// The language first, so that no word is shown in two.
await takeUp();
mount(App, { target });
