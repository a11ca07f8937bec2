import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Names } from '../../../main/resources/web/page/names.js';

test('a large group is named after a few, and only those are asked for', () => {
  const asked = [];
  const names = new Names({
    user: { userId: 'u0' },
    person(userId) {
      asked.push(userId);
      return { username: userId };
    },
  });
  const members = Array.from({ length: 500 }, (_, i) => ({ userId: 'u' + i, role: 'member' }));
  assert.equal(names.conversation({ type: 'group', members }), 'u1, u2, u3, u4…');
  assert.deepEqual(asked, ['u1', 'u2', 'u3', 'u4']);
});
