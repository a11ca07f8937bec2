/** Names that stand for a group without one. */
const SHOWN = 4;

/** How people and conversations are called, and what events say, in words. */
export class Names {
  #client;

  constructor(client) {
    this.#client = client;
  }

  get #me() {
    return this.#client.user?.userId;
  }

  of(userId) {
    const person = this.#client.person(userId);
    return person?.displayName || person?.username || 'Somebody';
  }

  #you(userId) {
    return userId === this.#me ? 'you' : this.of(userId);
  }

  #subject(userId) {
    return userId === this.#me ? 'You' : this.of(userId);
  }

  others(conversation) {
    return conversation.members.filter((member) => member.userId !== this.#me);
  }

  conversation(conversation) {
    if (conversation.title) {
      return conversation.title;
    }
    if (conversation.type === null) {
      // Left long ago; there is something unsent in it.
      return 'A former conversation';
    }
    const others = this.others(conversation);
    // A name that is not known is asked for: only those that are shown.
    const names = others.slice(0, SHOWN).map((member) => this.of(member.userId));
    return names.join(', ') + (others.length > SHOWN ? '…' : '') || 'Only you';
  }

  /** Whose colour it has: a person's own, where there is one. */
  face(conversation) {
    const [peer] = conversation.type === 'direct' ? this.others(conversation) : [];
    return peer?.userId ?? conversation.conversationId;
  }

  /** Below the name. */
  about(conversation) {
    if (conversation.type === 'direct') {
      const [peer] = this.others(conversation);
      const username = peer && (this.#client.person(peer.userId)?.username ?? peer.username);
      return username ? '@' + username : '';
    }
    const count = conversation.members.length;
    if (conversation.left || count === 0) {
      return '';
    }
    return conversation.moreMembers ? `more than ${count} people` : count === 1 ? '1 person' : `${count} people`;
  }

  /** @returns {?string} what an event other than a message says; null: nothing that is shown */
  note(event) {
    const who = this.#subject(event.senderId);
    switch (event.eventType) {
      case 'conversation_created':
        return event.type === 'direct' ? `${who} started the conversation` : `${who} created the ${event.type}`;
      case 'conversation_updated':
        return `${who} named it “${event.title}”`;
      case 'member_added':
        return event.userId === event.senderId ? `${who} joined` : `${who} added ${this.#you(event.userId)}`;
      case 'member_removed':
        return event.userId === event.senderId ? `${who} left` : `${who} removed ${this.#you(event.userId)}`;
      case 'member_role_changed':
        return `${who} made ${this.#you(event.userId)} ${event.role}`;
      default:
        return null;
    }
  }
}
