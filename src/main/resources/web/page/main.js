import { MeridianClient } from '../meridian-client.js';
import { Composer } from './composer.js';
import { DevicesDialog } from './devices.js';
import { NewConversation, closeAll, confirm } from './dialogs.js';
import { byId } from './dom.js';
import { failedOf, hueOf, initialOf, lineOf } from './format.js';
import { GroupDialog } from './group.js';
import { List } from './list.js';
import { menu } from './menu.js';
import { Names } from './names.js';
import { announce, wrong } from './notice.js';
import { SignIn } from './sign-in.js';
import { Status } from './status.js';
import { Thread } from './thread.js';

const client = new MeridianClient();
const names = new Names(client);
const thread = new Thread(client, names, { write: () => composer.focus(), wrong });
const list = new List(client, names, go, (id) => id === thread.id && thread.isRead);
const devices = new DevicesDialog(client);
const status = new Status(client, () => devices.open());
const composer = new Composer(client, () => thread.toEnd());
const newConversation = new NewConversation(client, go);
const group = new GroupDialog(client, names);
const signIn = new SignIn(client, shown);
const app = byId('app');
/** Told once; attempts in between change nothing. */
let isRefused = false;

/** The open conversation is the page's fragment: going back, reloading and bookmarks work. */
function go(conversationId) {
  const hash = conversationId ? '#' + conversationId : '';
  if (location.hash === hash) {
    follow();
  } else {
    location.hash = hash;
  }
}

function follow() {
  const id = client.user ? fragment() : '';
  if (id === (thread.id ?? '')) {
    if (id) {
      composer.focus();
    }
    return;
  }
  if (id && client.conversation(id)) {
    app.dataset.open = '';
    thread.open(id);
    composer.open(id);
    list.opened(id);
    composer.focus();
  } else {
    delete app.dataset.open;
    thread.close();
    list.opened(null);
  }
}

/** Somebody may have typed it. */
function fragment() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return '';
  }
}

function shown() {
  const { user } = client;
  byId('starting').hidden = true;
  signIn.hide();
  app.hidden = false;
  byId('me-name').textContent = user.displayName || user.username;
  byId('me-name').title = '@' + user.username;
  byId('me-avatar').textContent = initialOf(user.displayName || user.username);
  byId('me-avatar').dataset.hue = hueOf(user.userId);
  status.render();
  list.render();
  follow();
}

function out(notice) {
  closeAll();
  thread.close();
  delete app.dataset.open;
  app.hidden = true;
  byId('starting').hidden = true;
  history.replaceState(null, '', location.pathname);
  signIn.show(notice);
}

async function logout() {
  const unsent = client.unsent().length;
  const what = unsent === 1 ? 'One message has not been sent and' : `${unsent} messages have not been sent and`;
  if (unsent === 0 || (await confirm('Log out?', `${what} will be discarded.`, 'Log out and discard'))) {
    try {
      await client.logout();
    } finally {
      out(null);
    }
  }
}

client.on('changed', ({ conversationId }) => {
  list.render();
  if (conversationId === null || conversationId === thread.id) {
    thread.render();
  }
  if (!thread.id && location.hash.length > 1) {
    // A reloaded page knows its conversations a moment later.
    follow();
  }
});
client.on('event', ({ event, source }) => {
  if (source === 'live' && event.eventType === 'message_created' && event.senderId !== client.user?.userId) {
    announce(`${names.of(event.senderId)}: ${lineOf(event)}`);
  }
});
client.on('send', (send) => send.state === 'failed' && announce(`${failedOf(send.error)}: ${lineOf(send)}`));
client.on('connection', ({ name }) => {
  list.render();
  thread.render();
  if (name === 'refused' && !isRefused) {
    closeAll();
    devices.open();
  }
  isRefused = name === 'refused' || (name === 'connecting' && isRefused);
});
client.on('signedOut', ({ detail }) => out(detail));

menu(byId('account'));
byId('new-chat').addEventListener('click', () => newConversation.open());
byId('first-chat').addEventListener('click', () => newConversation.open());
byId('details').addEventListener('click', () => group.open(thread.id));
byId('show-devices').addEventListener('click', () => devices.open());
byId('logout').addEventListener('click', logout);
byId('back').addEventListener('click', () => go(null));
byId('thread').addEventListener('keydown', (event) => {
  // Escape also ends what an input method composes.
  if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) {
    go(null);
    list.focus();
  }
});
window.addEventListener('hashchange', follow);
window.addEventListener('online', () => client.wake());
// Maybe: it is found out at once, for what is on this machine is there without a network.
window.addEventListener('offline', () => client.wake());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && client.wake());
window.addEventListener('storage', () => client.checkLogin());
byId('start-again').addEventListener('click', () => location.reload());

try {
  if (await client.start()) {
    shown();
  } else {
    out(null);
  }
} catch (failure) {
  console.error(failure);
  byId('starting').dataset.failed = '';
  byId('starting-text').textContent = 'This page could not start. Try again, or use another browser.';
  byId('start-again').hidden = false;
}
