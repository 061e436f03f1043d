# SPDX-License-Identifier: Apache-2.0
"""Reads what Rolewright publishes, and decides all that needs no condition. Python 3.11, no dependency."""
import datetime, hashlib, json, pathlib, re, sys

class Refused(Exception):
    """What was read is damaged, incomplete, or in a format that this reader does not know."""

def require(holds, message):
    if not holds: raise Refused(message)

def read_folder(folder):
    """Reads a mounted ConfigMap: index.json, and the parts beside it or in a folder for each further ConfigMap."""
    return assemble(lambda config_map, key: (pathlib.Path(folder) / config_map / key).read_bytes())

def read_list(text, organization):
    """Reads what kubectl get configmaps -n NAMESPACE -l rolewright.dev/organization=NAME -o json prints."""
    items = {item["metadata"]["name"]: item.get("data", {}) for item in json.loads(text)["items"]}
    return assemble(lambda config_map, key: items[config_map or organization + "-permissions"][key].encode())

def assemble(read):
    """Returns the index and the document. read(config_map, key) returns the bytes; config_map is "" for the index's own."""
    try:
        index, document = json.loads(read("", "index.json")), {}
        require(index.get("schema") == "rolewright.dev/publication/v2", f"index.json has the schema {index.get('schema')!r}")
        require(index["revision"] >= 1 and index["parts"], "index.json names no revision, or no part")
        for part in index["parts"]:
            names = part.get("configMap", ""), part["name"]
            require(all(re.fullmatch(r"(?!\.)[-\w.]*", name, re.ASCII) for name in names), f"{names} are no names")
            text = read(*names)
            require(len(text) == part["bytes"] and "sha256:" + hashlib.sha256(text).hexdigest() == part["digest"],
                    f"{names} is damaged, or of another revision than index.json: read again")
            for key, value in json.loads(text).items():
                known = document.get(key, {})
                maps = isinstance(value, dict) and isinstance(known, dict)
                require(key not in document or maps and not known.keys() & value.keys(), f"{key} is said twice")
                document[key] = {**known, **value} if maps else value
        require(document.get("schema") in SCHEMAS, f"the document has the schema {document.get('schema')!r}")
        require(all(document.get(key) == index[key] for key in ("namespace", "organization")), "the document is another's")
        return index, document
    except (LookupError, TypeError, ValueError, OSError, AttributeError, RecursionError) as error:
        raise Refused(f"no complete publication: {error!r}") from error

SCHEMAS = ("rolewright.dev/permissions/v2", "rolewright.dev/permissions/v3")
ENTITIES = {"subject": ("type", "id"), "action": ("name",), "resource": ("type", "id")}

def is_request(value):
    """Reports whether every part of a request has the type that AuthZEN gives it."""
    properties = lambda of, key: isinstance(of.get(key), dict | None)
    return isinstance(value, dict) and properties(value, "context") and all(
        isinstance(value.get(name), dict) and properties(value[name], "properties")
        and all(isinstance(value[name].get(text), str) for text in texts) for name, texts in ENTITIES.items())

def parse(text):
    """Reads a request as the decision service does: what two programs could read differently is refused."""
    def members(pairs):
        require(len(dict(pairs)) == len(pairs), "a name stands twice in one object")
        return dict(pairs)
    def number(text):
        require(abs(float(text)) != float("inf") and (re.search("[.eE]", text) or int(float(text)) == int(text)), f"no double holds {text}")
        return float(text)
    def depth(value): return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0) if isinstance(value, dict | list) else 0
    try:
        text = text if isinstance(text, str) else text.decode()
        request = json.loads(text, object_pairs_hook=members, parse_int=number, parse_float=number, parse_constant=number)
        json.dumps(request, ensure_ascii=False).encode()  # fails if a surrogate has no partner
        require(depth(request) <= 32, "objects and arrays are nested more than 32 deep")
    except (ValueError, RecursionError) as error:
        raise Refused(f"no request in JSON: {error}") from error
    require(is_request(request), "a part of the request is missing, or of another type")
    return request

def check(document, request, now=None):
    """Answers an AuthZEN request. What only a condition could decide is answered with no, and so is what is no request."""
    if not is_request(request): return False
    get = lambda key: document.get(key) or {}
    subject, action, resource = (request[key] for key in ENTITIES)
    properties, units = resource.get("properties") or {}, get("units")
    called, kind = document.get("subjectTypes") or ["user"], resource["type"]
    if not subject["type"] or subject["type"] not in called: return False
    user, permission = get("users").get(subject["id"]), get("permissions").get(action["name"])
    if user is None or user.get("suspended") or permission is None or permission.get("refused") or permission.get("prohibitions"):
        return False
    if permission.get("resourceTypes") and kind not in permission["resourceTypes"]: return False
    roots = [name for name in units if not units[name].get("parent")]
    itself = properties.get("unit", roots[0] if len(roots) == 1 else None)
    if kind and (any(unit.get("kind") == kind for unit in units.values()) or kind in get("unplacedKinds")):  # the resource is a unit
        known, itself = units.get(resource["id"], {}), resource["id"]
        if known.get("kind") != kind: return False
    elif kind and kind in called:  # the resource is a user, who is in their home unit
        known = get("users").get(resource["id"])
        if known is None or known.get("homeUnitUnknown") and not known.get("homeUnit"): return False
        itself = known.get("homeUnit") or (roots[0] if len(roots) == 1 else None)
    else: known = {}
    if any(name in known.get("unknownAttributes", []) and name not in known.get("attributes", {}) for name in get("dimensions")): return False
    properties = {**properties, **known.get("attributes", {})}
    line = []  # the unit and all above it
    while isinstance(itself, str) and itself in units and itself not in line:
        line, itself = line + [itself], units[itself].get("parent")
    values = {name: properties.get(name) for name in get("dimensions")}
    if len(roots) != 1 or line[-1:] != roots or any(values[n] not in get("dimensions")[n] for n in values if n in properties):
        return False
    moment, now = datetime.datetime.fromisoformat, now or datetime.datetime.now(datetime.timezone.utc)
    def live(held):  # covers the request, now
        named = held.get("units", []) + [unit for group in held.get("unitGroups", []) for unit in get("unitGroups").get(group, [])]
        scopes = [(held.get("dimensions", {}).get(name, {"all": held.get("deny")}), values[name]) for name in values]
        return ((held.get("everywhere") or any(unit in line for unit in named))
                and all(scope.get("all") or value in scope.get("values", []) for scope, value in scopes)
                and not ("startTime" in held and now < moment(held["startTime"]))
                and not ("endTime" in held and now >= moment(held["endTime"])))
    on = set(document.get("features", []))
    overrides = [held for held in user.get("overrides", []) if held["permission"] == action["name"] and live(held)]
    if any(held.get("deny") for held in overrides): return False
    grants = user.get("grants", []) + [
        held for held in document.get("defaultGrants", []) if held.get("source") not in user.get("withoutDefaults", [])]
    return (any(on.issuperset(held.get("requiredFeatures", []) + permission.get("requiredFeatures", [])) for held in overrides)
            or any(not way.get("qualifiers") and on.issuperset(way.get("requiredFeatures", []))
                   and set(held.get("entitlements", [])).issuperset(way.get("requiredEntitlements", []))
                   for held in grants if live(held)
                   for way in get("roles").get(held["role"], {}).get("permissions", {}).get(action["name"], [])))

if __name__ == "__main__":  # rolewright.py FOLDER, with a request on standard input
    try:
        print("yes" if check(read_folder(sys.argv[1])[1], parse(sys.stdin.buffer.read())) else "no")
    except Refused as why:
        sys.exit(f"no: {why}")
