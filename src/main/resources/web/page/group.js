import { confirm, usernamesOf } from './dialogs.js';
import { byId, el, oncePerFrame, reconcile, say } from './dom.js';
import { hueOf, initialOf, whyOf } from './format.js';

const RANKS = ['member', 'admin', 'owner'];
/** Events after which the list of members is another one. */
const MEMBERSHIP = new Set(['member_added', 'member_removed', 'member_role_changed', 'conversation_updated']);

/**
 * Who is in a group, and what one may change about it. What is surely not allowed is not offered; whether the rest is, the
 * server says.
 */
export class GroupDialog {
  #client;
  #names;
  #dialog = byId('group-dialog');
  #list = byId('group-members');
  #error = byId('group-error');
  #id = null;
  #members = [];
  #cursor = null;
  #wanted = 0;
  #stale = false;
  #reading = false;
  #busy = false;
  render = oncePerFrame(() => this.#render());

  constructor(client, names) {
    this.#client = client;
    this.#names = names;
    client.on('event', ({ event }) => event.conversationId === this.#id && MEMBERSHIP.has(event.eventType) && this.#read());
    client.on('changed', () => this.#id && this.render());
    this.#dialog.addEventListener('close', () => (this.#id = null));
    byId('group-close').addEventListener('click', () => this.#dialog.close());
    byId('group-more').addEventListener('click', () => this.#more());
    byId('group-leave').addEventListener('click', () => this.#leave());
    this.#onSubmit('group-rename', () => this.#rename());
    this.#onSubmit('group-add', () => this.#add());
  }

  open(conversationId) {
    this.#id = conversationId;
    this.#members = [];
    this.#cursor = null;
    this.#wanted = 1;
    this.#busy = false;
    byId('group-title').value = this.#client.conversation(conversationId).title ?? '';
    byId('group-people').value = '';
    say(this.#error, null);
    this.#render();
    this.#read();
    this.#dialog.showModal();
  }

  // What there is ---------------------------------------------------------------------------------------------------------

  #more() {
    this.#wanted = this.#members.length + 1;
    this.#read();
  }

  /** As many as were shown, from the first one; again, if something happened meanwhile. */
  async #read() {
    this.#stale = true;
    if (this.#reading) {
      return;
    }
    this.#reading = true;
    try {
      while (this.#stale && this.#id) {
        this.#stale = false;
        await this.#readOnce(this.#id);
      }
    } catch (failure) {
      say(this.#error, whyOf(failure, 'The members cannot be loaded now.'));
    } finally {
      this.#reading = false;
      this.render();
    }
  }

  async #readOnce(id) {
    const members = [];
    let cursor = null;
    do {
      const page = await this.#client.members(id, cursor);
      members.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && members.length < this.#wanted);
    if (id === this.#id) {
      this.#members = members;
      this.#cursor = cursor;
      this.#wanted = members.length;
    } else {
      this.#stale = true;
    }
  }

  /** One's own, where it is known: a large group names only some of its members. */
  get #rank() {
    const me = this.#client.user?.userId;
    const known = [...this.#members, ...(this.#client.conversation(this.#id)?.members ?? [])];
    const role = known.find((member) => member.userId === me)?.role ?? 'owner';
    return RANKS.indexOf(role);
  }

  #render() {
    const conversation = this.#id && this.#client.conversation(this.#id);
    if (!conversation || conversation.left) {
      this.#dialog.close();
      return;
    }
    const manages = this.#rank >= RANKS.indexOf('admin');
    byId('group-heading').textContent = this.#names.conversation(conversation);
    byId('group-about').textContent = this.#names.about(conversation);
    byId('group-rename').hidden = !manages;
    byId('group-add').hidden = !manages;
    byId('group-more').hidden = this.#cursor === null;
    reconcile(
      this.#list,
      this.#members.map((member) => this.#item(member)),
    );
  }

  #item(member) {
    const { userId, username, role } = member;
    const isMe = userId === this.#client.user?.userId;
    const name = this.#names.of(userId);
    const rank = this.#rank;
    const maySetRole = !isMe && rank === RANKS.indexOf('owner');
    const mayRemove = !isMe && rank > RANKS.indexOf(role) && rank > 0;
    const make = () =>
      el(
        'li',
        { class: 'person', dataset: { id: userId } },
        el('span', { class: 'avatar small', 'aria-hidden': 'true', dataset: { hue: hueOf(userId) } }, initialOf(name)),
        el(
          'span',
          { class: 'person-text' },
          el('span', { class: 'person-name', dir: 'auto' }, isMe ? `${name} (you)` : name),
          username ? el('span', { class: 'person-about' }, '@' + username) : null,
        ),
        maySetRole ? this.#roles(member, name) : el('span', { class: 'role' }, titled(role)),
        mayRemove
          ? el('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${name}`, onclick: () => this.#remove(userId, name) }, 'Remove')
          : null,
      );
    return { key: userId, look: JSON.stringify([name, username, role, maySetRole, mayRemove]), make };
  }

  #roles({ userId, role }, name) {
    const options = RANKS.map((each) => el('option', { value: each, selected: each === role }, titled(each)));
    const onchange = async ({ target }) => {
      const wanted = target.value;
      // What is shown is what is so: the server's answer builds it anew.
      target.value = role;
      const handsOver = wanted === 'owner';
      if (!handsOver || (await confirm(`Make ${name} the owner?`, 'You will be an admin of this group then.', 'Hand over'))) {
        this.#do((id) => this.#client.changeRole(id, userId, wanted));
      }
    };
    return el('select', { 'aria-label': `Role of ${name}`, onchange }, ...options);
  }

  // What one does ---------------------------------------------------------------------------------------------------------

  #onSubmit(form, action) {
    byId(form).addEventListener('submit', (event) => {
      event.preventDefault();
      action();
    });
  }

  /** One after the other; what is refused is said, and the list is read again. @returns {Promise<boolean>} whether it was done */
  async #do(action) {
    const id = this.#id;
    if (this.#busy || id === null) {
      return false;
    }
    this.#busy = true;
    this.#dialog.setAttribute('aria-busy', 'true');
    say(this.#error, null);
    try {
      await action(id);
      return id === this.#id;
    } catch (failure) {
      if (id === this.#id) {
        say(this.#error, whyOf(failure, 'That did not work. Try again.'));
      }
      return false;
    } finally {
      if (id === this.#id) {
        this.#busy = false;
        this.#read();
      }
      this.#dialog.removeAttribute('aria-busy');
    }
  }

  #rename() {
    const title = byId('group-title').value.trim();
    if (title) {
      this.#do((id) => this.#client.rename(id, title));
    } else {
      say(this.#error, 'A group that has a name keeps one.');
    }
  }

  async #add() {
    const usernames = usernamesOf(byId('group-people').value);
    if (usernames.length === 0) {
      say(this.#error, 'Whom do you want to add?');
    } else if (await this.#do((id) => this.#client.addMembers(id, usernames))) {
      byId('group-people').value = '';
    }
  }

  async #remove(userId, name) {
    if (await confirm(`Remove ${name}?`, `${name} will not see what is written after that.`, 'Remove')) {
      await this.#do((id) => this.#client.removeMember(id, userId));
      // The button that was pressed may be gone.
      this.#dialog.focus();
    }
  }

  async #leave() {
    if (await confirm('Leave this group?', 'You will not see what is written after that.', 'Leave')) {
      if (await this.#do((id) => this.#client.leave(id))) {
        this.#dialog.close();
      }
    }
  }
}

function titled(role) {
  return role.charAt(0).toUpperCase() + role.slice(1);
}
