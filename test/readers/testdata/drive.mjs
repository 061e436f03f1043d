// SPDX-License-Identifier: Apache-2.0
// Answers what the tests ask of docs/readers/rolewright.mjs: a line of JSON for each line of JSON.
import { createInterface } from "node:readline";
import { Refused, check, parse, readFolder, readList } from "../../../docs/readers/rolewright.mjs";

// read answers a request that is a text, as bytes.
function read(document, text, now) {
  try {
    return check(document, parse(text), now) ? "yes" : "no";
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return "refused";
  }
}

// plain answers a request that an application has read by the language's own means.
function plain(document, text, now) {
  let request;
  try {
    request = JSON.parse(text.toString());
  } catch {
    return "refused";
  }
  return check(document, request, now) ? "yes" : "no";
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let said;
  try {
    const { index, document } = asked.list ? readList(asked.list, asked.organization) : readFolder(asked.folder);
    const now = new Date(asked.now), answers = (asked.requests ?? []).map((request) => check(document, request, now));
    const texts = (asked.texts ?? []).map((text) => Buffer.from(text, "base64"));
    said = { revision: index.revision, answers, read: texts.map((text) => read(document, text, now)),
      plain: texts.map((text) => plain(document, text, now)) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    said = { refused: error.message };
  }
  console.log(JSON.stringify(said));
}
