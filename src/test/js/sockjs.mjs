// The real SockJS client, told what to do in lines: {do: open|send|close, on: number, …}; it says open, message and close.
import { createInterface } from 'node:readline';
import SockJS from 'sockjs-client';

const connections = new Map();
const say = (said, on, more) => console.log(JSON.stringify({ said, on, ...more }));

function open({ on, url, transport }) {
  const socket = new SockJS(url, null, { transports: transport });
  connections.set(on, socket);
  socket.onopen = () => say('open', on);
  socket.onmessage = (event) => say('message', on, { text: event.data });
  socket.onclose = (event) => {
    connections.delete(on);
    say('close', on, { code: event.code, reason: event.reason });
  };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if (told.do === 'open') {
    open(told);
  } else if (told.do === 'send') {
    connections.get(told.on)?.send(told.text);
  } else if (told.do === 'close') {
    connections.get(told.on)?.close();
  }
});
