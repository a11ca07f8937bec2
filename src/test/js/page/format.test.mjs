import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedOf, isPictures, whyOf } from '../../../main/resources/web/page/format.js';

test('a reason is a sentence', () => {
  assert.equal(whyOf({ detail: 'only the owner changes roles' }, 'else'), 'Only the owner changes roles.');
  assert.equal(whyOf({ detail: 'There is no user called “x”.' }, 'else'), 'There is no user called “x”.');
  assert.equal(whyOf(new TypeError('x'), 'That did not work.'), 'That did not work.');
});

test('a message of which nobody knows is not told to be unsent', () => {
  assert.equal(failedOf({ code: 'forbidden' }), 'Not sent');
  assert.equal(failedOf({ code: 'unconfirmed' }), 'Perhaps not sent');
});

test('up to three pictures and nothing else are large', () => {
  assert.equal(isPictures('🎉'), true);
  assert.equal(isPictures('👩‍🚀 🎉🎉'), true);
  assert.equal(isPictures('🎉🎉🎉🎉'), false);
  assert.equal(isPictures('🎉!'), false);
  assert.equal(isPictures('12'), false);
});
