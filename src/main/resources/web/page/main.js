import { MeridianClient } from '../meridian-client.js';
import { Composer } from './composer.js';
import { PeopleDialog, confirm } from './dialogs.js';
import { byId } from './dom.js';
import { hueOf, initialOf, lineOf } from './format.js';
import { List } from './list.js';
import { Names } from './names.js';
import { SignIn } from './sign-in.js';
import { Status } from './status.js';
import { Thread } from './thread.js';

const client = new MeridianClient();
const names = new Names(client);
const thread = new Thread(client, names);
const list = new List(client, names, go);
const status = new Status(client);
const composer = new Composer(client, () => thread.toEnd());
const people = new PeopleDialog();
const signIn = new SignIn(client, shown);
const app = byId('app');

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
  const id = client.user ? decodeURIComponent(location.hash.slice(1)) : '';
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

function shown() {
  const { user } = client;
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
  thread.close();
  delete app.dataset.open;
  app.hidden = true;
  history.replaceState(null, '', location.pathname);
  signIn.show(notice);
}

function newConversation() {
  const words = {
    title: 'New conversation',
    hint: 'One person, or several for a group: ann, bob, cat',
    submit: 'Start',
    grouping: true,
  };
  people.ask(words, async (usernames, title) => {
    go(usernames.length === 1 ? await client.openDirect(usernames[0]) : await client.createGroup(usernames, title));
  });
}

function addPeople() {
  const id = thread.id;
  const words = { title: 'Add people', hint: 'They see what is written from now on.', submit: 'Add', grouping: false };
  people.ask(words, (usernames) => client.addMembers(id, usernames));
}

async function leave() {
  const id = thread.id;
  if (await confirm('Leave this group?', 'You will not see what is written after that.', 'Leave')) {
    await client.leave(id).catch((failure) => announce(failure.detail));
  }
}

async function logout() {
  const unsent = client.unsent().length;
  const what = unsent === 1 ? 'One message has not been sent and' : `${unsent} messages have not been sent and`;
  if (unsent === 0 || (await confirm('Log out?', `${what} will be discarded.`, 'Log out and discard'))) {
    await client.logout();
    out(null);
  }
}

/** Said to those who do not see it. */
function announce(text) {
  byId('announce').textContent = text;
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
client.on('connection', () => thread.render());
client.on('signedOut', ({ detail }) => out(detail));

byId('new-chat').addEventListener('click', newConversation);
byId('first-chat').addEventListener('click', newConversation);
byId('add-people').addEventListener('click', addPeople);
byId('leave').addEventListener('click', leave);
byId('logout').addEventListener('click', logout);
byId('back').addEventListener('click', () => go(null));
byId('thread').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    go(null);
    list.focus();
  }
});
window.addEventListener('hashchange', follow);
window.addEventListener('online', () => client.wake());
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && client.wake());
window.addEventListener('storage', () => client.checkLogin());

if (await client.start()) {
  shown();
} else {
  out(null);
}
