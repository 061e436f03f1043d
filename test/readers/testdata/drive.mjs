// SPDX-License-Identifier: Apache-2.0
// Answers what the tests ask of docs/readers/rolewright.mjs: a line of JSON for each line of JSON.
import { createInterface } from "node:readline";
import { Refused, check, readFolder, readList } from "../../../docs/readers/rolewright.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  let said;
  try {
    const { index, document } = asked.list ? readList(asked.list, asked.organization) : readFolder(asked.folder);
    const answers = asked.requests.map((request) => check(document, request, new Date(asked.now)));
    said = { revision: index.revision, answers };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    said = { refused: error.message };
  }
  console.log(JSON.stringify(said));
}
