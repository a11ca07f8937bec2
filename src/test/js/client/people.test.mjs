import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MeridianError } from '../../../main/resources/web/client/errors.js';
import { People } from '../../../main/resources/web/client/people.js';
import { FakeClock, seeded } from './clock.mjs';

function people(answer) {
  const clock = new FakeClock();
  const asked = [];
  const call = async (method, path) => {
    const userId = path.split('/').pop();
    asked.push(userId);
    return answer(userId);
  };
  const known = new People({ clock, random: seeded(5) }, { call }, () => {});
  return { known, clock, asked };
}

const profile = (userId) => ({ userId, username: userId, displayName: userId.toUpperCase() });

test('a name is asked for once, and told', async () => {
  const { known, clock, asked } = people(profile);
  assert.equal(known.get('a'), null);
  known.get('a');
  await clock.advance(10);
  assert.equal(known.get('a').displayName, 'A');
  assert.deepEqual(asked, ['a']);
});

test('what fails for now is asked for again, with backoff; what is final is not', async () => {
  let isOut = true;
  const { known, clock, asked } = people((userId) => {
    if (userId === 'nobody') {
      throw new MeridianError('not_found', 'no such user');
    }
    if (isOut) {
      throw new MeridianError('unavailable', 'out');
    }
    return profile(userId);
  });
  known.get('nobody');
  ['a', 'b', 'c', 'd', 'e'].forEach((userId) => known.get(userId));
  await clock.advance(120_000);
  const tries = asked.filter((userId) => userId === 'a').length;
  assert.ok(tries >= 2 && asked.length < 60, `${tries} of ${asked.length}`);
  isOut = false;
  await clock.advance(120_000);
  assert.equal(known.get('a').displayName, 'A');
  assert.equal(known.get('e').displayName, 'E');
  known.get('nobody');
  await clock.advance(10);
  assert.equal(asked.filter((userId) => userId === 'nobody').length, 1);
});

test('beyond five thousand, whom nobody has looked at for a while makes room', async () => {
  const { known, clock, asked } = people(profile);
  for (let i = 0; i < 6_000; i++) {
    known.get('u' + i);
  }
  await clock.advance(1_000);
  assert.equal(asked.length, 5_000, 'all at once, there is room for so many');
  await clock.advance(60_000);
  known.get('u0');
  assert.equal(known.get('u5500'), null);
  await clock.advance(10);
  assert.equal(known.get('u5500').username, 'u5500');
  assert.equal(known.get('u0').username, 'u0', 'looked at last');
  assert.equal(asked.length, 5_001);
});
