// Says what it is told: shows that tests and scripts understand each other.
import { createInterface } from 'node:readline';

const say = (message) => console.log(JSON.stringify(message));

say({ arguments: process.argv.slice(2) });
createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if ('end' in told) {
    console.error('this is no JSON');
    say({ farewell: true });
    process.exitCode = told.end;
    process.stdin.destroy();
  } else {
    say({ echo: told });
  }
});
