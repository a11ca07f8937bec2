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

test('a conversation of which nothing is known any more has a name all the same', () => {
  const names = new Names({ user: { userId: 'u0' }, person: () => null });
  const former = { conversationId: 'c', type: null, title: null, members: [], left: true };
  assert.equal(names.conversation(former), 'A former conversation');
  assert.equal(names.about(former), '');
  assert.equal(names.face(former), 'c');
});
