import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partsOf } from '../../../main/resources/web/page/links.js';

const links = (text) => partsOf(text).filter((part) => part.href).map((part) => part.text);

test('an address ends where the sentence goes on', () => {
  assert.deepEqual(links('See https://example.org/a?b=c#d, and (http://example.org/x_(y)).'), [
    'https://example.org/a?b=c#d',
    'http://example.org/x_(y)',
  ]);
  assert.deepEqual(links('“https://example.org/”'), ['https://example.org/']);
  assert.deepEqual(links('https://example.org:8080/ö?q=1!'), ['https://example.org:8080/ö?q=1']);
});

test('only the web is led to', () => {
  for (const text of [
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'ftp://example.org',
    'example.org',
    'https://',
    'http://.',
    'xhttps://example.org',
  ]) {
    assert.deepEqual(links(text), [], text);
  }
  assert.equal(partsOf('HTTPS://EXAMPLE.ORG')[0].href, 'https://example.org/');
});

test('an address does not look like another one', () => {
  assert.deepEqual(links('https://bank.example@evil.example/'), []);
  assert.deepEqual(links('https://user:word@evil.example/'), []);
  assert.deepEqual(links('https://example.org/\u202egpj.exe'), ['https://example.org/']);
});

test('the pieces are the text', () => {
  const words = ['https://a.example', ' ', '\n', '(', ')', '.', 'http://b.example/(', 'x', '"', 'https://', '🎉', ','];
  let seed = 7;
  for (let run = 0; run < 2_000; run++) {
    let text = '';
    for (let i = 0; i < 12; i++) {
      seed = (seed * 48271) % 2147483647;
      text += words[seed % words.length];
    }
    assert.equal(partsOf(text).map((part) => part.text).join(''), text);
    assert.ok(partsOf(text).every((part) => !part.href || (/^https?:\/\//.test(part.href) && part.href === new URL(part.text).href)));
  }
});

test('a hostile text costs no more than its length', () => {
  const text = 'https://a.example/' + ')'.repeat(60_000);
  assert.deepEqual(links(text), []);
  assert.deepEqual(links('https://a.example/' + ')'.repeat(2_000)), ['https://a.example/']);
});
