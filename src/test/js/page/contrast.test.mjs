import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

/** What is written on what. */
const PAIRS = [
  ...['ground', 'side', 'raised', 'hover', 'chosen', 'theirs'].map((ground) => ['text', ground]),
  ...['ground', 'side', 'raised', 'hover', 'chosen'].map((ground) => ['muted', ground]),
  ...['ground', 'raised', 'hover'].map((ground) => ['accent', ground]),
  ...['ground', 'side', 'raised', 'hover', 'chosen', 'bad-ground'].map((ground) => ['bad', ground]),
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['on-mine', 'mine'],
  ['text', 'bad-ground'],
  ['warn', 'warn-ground'],
  ['warn', 'side'],
  ['good', 'side'],
  ['ground', 'bad'],
];

const style = readFileSync(new URL('../../../main/resources/web/style.css', import.meta.url), 'utf8');
const palettes = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) =>
  Object.fromEntries([...body.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour])),
);

function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

test('every colour of text on its ground has a contrast of 4.5 at least, light and dark', () => {
  assert.equal(palettes.length, 2);
  for (const palette of palettes) {
    for (const [text, ground] of PAIRS) {
      const ratio = contrast(palette[text], palette[ground]);
      assert.ok(ratio >= 4.5, `--${text} on --${ground}: ${ratio.toFixed(2)}`);
    }
  }
});
