// People who chat by the client module while their nodes restart. Told {do: 'start', urls, people, perSecond, run}, then
// {do: 'stop'}; says {said: 'chatting'}, and in the end {said: 'done', chats: [{id, members: [{wrote, seen, held}]}], failed,
// connections}.
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { MeridianClient } from '../../main/resources/web/meridian-client.js';

const ASK_MS = 250;
const PASSWORD = 'correct horse battery';
const say = (said, more) => console.log(JSON.stringify({ said, ...more }));

/** What a load balancer does: asks each node whether it is ready, and sends whoever comes to one that is. */
class Balancer {
  constructor(urls) {
    this.urls = urls;
    this.ready = urls;
    this.turn = 0;
    setInterval(() => this.ask(), ASK_MS).unref();
  }

  async ask() {
    const answers = await Promise.all(
      this.urls.map((url) => fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).then((a) => a.ok, () => false)),
    );
    this.ready = this.urls.filter((_, index) => answers[index]);
  }

  through(address) {
    const there = this.ready.length > 0 ? this.ready : this.urls;
    const from = new URL(address);
    from.host = new URL(there[this.turn++ % there.length]).host;
    return from;
  }
}

let balancer;
class BalancedSocket extends WebSocket {
  constructor(address, protocols) {
    super(balancer.through(address), protocols);
  }
}

class Participant {
  constructor(name) {
    this.name = name;
    /** Per conversation: what it wrote, in order; and every text that it was told of, as often as it was. */
    this.wrote = new Map();
    this.seen = new Map();
    this.failed = [];
    this.reconnects = 0;
    this.client = new MeridianClient({
      baseUrl: balancer.urls[0],
      WebSocket: BalancedSocket,
      fetch: (address, init) => fetch(balancer.through(address), init),
      deviceId: `${name}-1`,
    });
    this.client.on('event', ({ event }) => {
      if (event.eventType === 'message_created') {
        push(this.seen, event.conversationId, event.content);
      }
    });
    this.client.on('send', (send) => {
      if (send.state === 'failed') {
        this.failed.push(`${send.content}: ${send.error?.code}`);
      }
    });
    this.client.on('caughtUp', () => this.reconnects++);
  }

  write(chat, text) {
    push(this.wrote, chat, text);
    this.client.send(chat, text).catch((error) => this.failed.push(`${text}: ${error.code}`));
  }
}

function push(lists, key, value) {
  lists.set(key, [...(lists.get(key) ?? []), value]);
}

let people = [];
let chats = [];
let writing;

async function start({ urls, people: count, perSecond, run }) {
  balancer = new Balancer(urls);
  for (let i = 0; i < count; i++) {
    const participant = new Participant(`roller-${run}-${i}`);
    await participant.client.register(participant.name, PASSWORD);
    people.push(participant);
  }
  for (let i = 0; i < count; i++) {
    const peer = people[(i + 1) % count];
    const chat = { id: await people[i].client.openDirect(peer.name), members: [people[i], peer] };
    // Of one that nobody looks at they would not hold all that they are asked for in the end.
    await Promise.all(chat.members.map((member) => member.client.open(chat.id)));
    chats.push(chat);
  }
  let turn = 0;
  writing = setInterval(() => {
    const chat = chats[turn % count];
    chat.members[Math.floor(turn / count) % 2].write(chat.id, `text ${turn++}`);
  }, 1_000 / perSecond);
  say('chatting');
}

/** Whether every member of every conversation holds everything that was written, and nothing waits. */
function settled() {
  return chats.every(({ id, members }) => {
    const written = members.flatMap((member) => member.wrote.get(id) ?? []).length;
    return members.every((member) => (member.seen.get(id) ?? []).length >= written && member.client.waiting === 0);
  });
}

function told() {
  return chats.map(({ id, members }) => ({
    id,
    members: members.map((member) => ({
      wrote: member.wrote.get(id) ?? [],
      seen: member.seen.get(id) ?? [],
      held: member.client
        .messages(id)
        .events.filter((event) => event.eventType === 'message_created')
        .map((event) => event.content),
    })),
  }));
}

function stop() {
  clearInterval(writing);
  const asking = setInterval(() => {
    if (settled()) {
      clearInterval(asking);
      const done = {
        said: 'done',
        chats: told(),
        failed: people.flatMap((participant) => participant.failed),
        connections: people.map((participant) => participant.reconnects),
      };
      // an exit does not wait for what a pipe has not taken
      process.stdout.write(`${JSON.stringify(done)}\n`, () => process.exit(0));
    }
  }, ASK_MS);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  if (order.do === 'start') {
    start(order).catch((error) => {
      console.error(error);
      process.exit(1);
    });
  } else if (order.do === 'stop') {
    stop();
  } else if (order.do === 'tell') {
    say('so far', { chats: told(), waiting: people.map((participant) => participant.client.waiting) });
  }
});
