// What every word of the sample is highlighted as, compared with the snapshot beside it.
// `UPDATE=1 npm test` writes the snapshot anew; read the difference before it is kept.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const GRAMMAR = here("../syntaxes/policy.tmLanguage.json");
const SAMPLE = here("samples/every-form.policy");
const SNAPSHOT = here("samples/every-form.snapshot");

async function grammar() {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => parseRawGrammar(readFileSync(GRAMMAR, "utf-8"), GRAMMAR),
  });
  return registry.loadGrammar("source.policy");
}

/** The lines of a text, each with its highlighted words below it. */
function highlighted(policy, text) {
  let state = INITIAL;
  const shown = [];
  for (const line of text.trimEnd().split("\n")) {
    shown.push(`>${line}`);
    const found = policy.tokenizeLine(line, state);
    state = found.ruleStack;
    for (const { startIndex, endIndex, scopes } of found.tokens) {
      const word = line.slice(startIndex, endIndex);
      if (scopes.length > 1 && word.trim()) shown.push(`   ${word}: ${scopes.slice(1).join(" ")}`);
    }
  }
  return shown.join("\n") + "\n";
}

test("every form is highlighted as it was", async () => {
  const shown = highlighted(await grammar(), readFileSync(SAMPLE, "utf-8"));
  if (process.env.UPDATE) writeFileSync(SNAPSHOT, shown);
  assert.equal(shown, readFileSync(SNAPSHOT, "utf-8"));
});
