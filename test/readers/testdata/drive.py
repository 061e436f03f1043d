# SPDX-License-Identifier: Apache-2.0
"""Answers what the tests ask of docs/readers/rolewright.py: a line of JSON for each line of JSON."""
import datetime, json, sys
import rolewright

for line in sys.stdin:
    asked = json.loads(line)
    now = datetime.datetime.fromisoformat(asked["now"])
    try:
        if "list" in asked:
            index, document = rolewright.read_list(asked["list"], asked["organization"])
        else:
            index, document = rolewright.read_folder(asked["folder"])
        answers = [rolewright.check(document, request, now) for request in asked["requests"]]
        said = {"revision": index["revision"], "answers": answers}
    except rolewright.Refused as refused:
        said = {"refused": str(refused)}
    print(json.dumps(said), flush=True)
