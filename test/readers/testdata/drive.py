# SPDX-License-Identifier: Apache-2.0
"""Answers what the tests ask of docs/readers/rolewright.py: a line of JSON for each line of JSON."""
import base64, datetime, json, sys
import rolewright

def read(document, text, now):
    """Answers a request that is a text, as bytes."""
    try:
        return "yes" if rolewright.check(document, rolewright.parse(text), now) else "no"
    except rolewright.Refused:
        return "refused"

def plain(document, text, now):
    """Answers a request that an application has read by the language's own means."""
    try:
        request = json.loads(text)
    except (ValueError, RecursionError):
        return "refused"
    return "yes" if rolewright.check(document, request, now) else "no"

for line in sys.stdin:
    asked = json.loads(line)
    now = datetime.datetime.fromisoformat(asked["now"])
    try:
        if "list" in asked:
            index, document = rolewright.read_list(asked["list"], asked["organization"])
        else:
            index, document = rolewright.read_folder(asked["folder"])
        answers = [rolewright.check(document, request, now) for request in asked.get("requests", [])]
        texts = [base64.b64decode(text) for text in asked.get("texts", [])]
        said = {"revision": index["revision"], "answers": answers, "read": [read(document, text, now) for text in texts],
                "plain": [plain(document, text, now) for text in texts]}
    except rolewright.Refused as refused:
        said = {"refused": str(refused)}
    print(json.dumps(said), flush=True)
