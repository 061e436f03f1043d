// SPDX-License-Identifier: Apache-2.0
// Reads what Rolewright publishes, and decides all that needs no condition. Node 18, no dependency.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
// What was read is damaged, incomplete, or in a format that this reader does not know.
export class Refused extends Error {}
const refuse = (message) => { throw new Refused(message); };
// Names come from elsewhere, "constructor" may be one: only an object's own members count.
const at = (object, key) => (object != null && typeof key === "string" && Object.hasOwn(object, key) ? object[key] : undefined);
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
// readFolder reads a mounted ConfigMap: index.json, and the parts beside it or in a folder for each further ConfigMap.
export const readFolder = (folder) => assemble((configMap, key) => readFileSync(join(folder, configMap, key)));

// readList reads what kubectl get configmaps -n NAMESPACE -l rolewright.dev/organization=NAME -o json prints.
export function readList(text, organization) {
  const items = new Map(JSON.parse(text).items.map((item) => [item.metadata.name, item.data]));
  return assemble((configMap, key) => Buffer.from(at(items.get(configMap || `${organization}-permissions`), key)));
}

// assemble returns the index and the document. read(configMap, key) returns the bytes; configMap is "" for the index's own.
export function assemble(read) {
  try {
    const index = JSON.parse(read("", "index.json")), document = Object.create(null);
    if (index.schema !== "rolewright.dev/publication/v2") refuse(`index.json has the schema ${index.schema}`);
    if (!Number.isInteger(index.revision) || index.revision < 1 || !index.parts.length) refuse("index.json names no revision, or no part");
    for (const { configMap = "", name, digest, bytes } of index.parts) {
      if (![configMap, name].every((text) => /^(?!\.)[-\w.]*$/.test(text))) refuse(`${configMap} ${name} are no names`);
      const text = read(configMap, name);
      if (text.length !== bytes || `sha256:${createHash("sha256").update(text).digest("hex")}` !== digest)
        refuse(`${configMap} ${name} is damaged, or of another revision than index.json: read again`);
      for (const [key, value] of Object.entries(JSON.parse(text))) {
        if (key in document && !(isObject(value) && isObject(document[key]))) refuse(`${key} is said twice`);
        document[key] ??= isObject(value) ? Object.create(null) : value;
        for (const [member, said] of isObject(value) ? Object.entries(value) : []) {
          if (member in document[key]) refuse(`${key} ${member} is said twice`);
          document[key][member] = said;
        }
      }
    }
    if (!schemas.includes(document.schema)) refuse(`the document has the schema ${document.schema}`);
    if (document.namespace !== index.namespace || document.organization !== index.organization) refuse("the document is another's");
    return { index, document };
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(`no complete publication: ${error.message}`);
  }
}

const schemas = ["rolewright.dev/permissions/v2", "rolewright.dev/permissions/v3"];

// isRequest reports whether every part of a request has the type that AuthZEN gives it.
const entities = { subject: ["type", "id"], action: ["name"], resource: ["type", "id"] };
const hasProperties = (value, key) => isObject(value) && (at(value, key) == null || isObject(value[key]));
const isRequest = (value) => hasProperties(value, "context") && Object.entries(entities).every(([name, texts]) =>
  hasProperties(at(value, name), "properties") && texts.every((text) => typeof at(value[name], text) === "string"));

// parse reads a request as the decision service does: what two programs could read differently is refused.
export function parse(bytes) {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(bytes)), request = JSON.parse(text), open = [];
    for (const [token, colon] of tokens(text)) {
      if (token === "{" || token === "[") open.push(new Set());
      if (token === "}" || token === "]") open.pop();
      if (open.length > 32) refuse("objects and arrays are nested more than 32 deep");
      if (/^[-\d]/.test(token) && !(Number.isFinite(Number(token)) && (/[.eE]/.test(token) || BigInt(Number(token)) === BigInt(token))))
        refuse(`no double holds ${token}`);
      if (token[0] !== '"') continue;
      const name = JSON.parse(token);
      encodeURIComponent(name); // fails if a surrogate has no partner
      if (colon && open.at(-1).size === open.at(-1).add(name).size) refuse(`${token} stands twice in one object`);
    }
    return isRequest(request) ? request : refuse("a part of the request is missing, or of another type");
  } catch (error) {
    throw error instanceof Refused ? error : new Refused(`no request in JSON: ${error.message}`);
  }
}

// tokens yields what a text of JSON consists of, and of a string whether it is the name of a member.
function* tokens(text) {
  for (const [token, , colon] of text.matchAll(/("[^"\\]*(?:\\.[^"\\]*)*")(\s*:)?|[{}[\]]|[^\s{}[\]",:]+/g)) yield [token.replace(/\s*:$/, ""), colon];
}

// check answers an AuthZEN request. What only a condition could decide is answered with no, and so is what is no request.
export function check(document, request, now = new Date()) {
  if (!isRequest(request)) return false;
  const { subject, action, resource } = request;
  const units = document.units ?? {}, dimensions = document.dimensions ?? {}, on = document.features ?? [];
  let properties = resource.properties ?? {};
  const user = at(document.users, subject.id), permission = at(document.permissions, action.name);
  const called = document.subjectTypes?.length ? document.subjectTypes : ["user"], about = permission?.resourceTypes ?? [];
  if (!subject.type || !called.includes(subject.type) || !user || user.suspended) return false;
  if (!permission || permission.refused || permission.prohibitions?.length) return false;
  if (about.length && !about.includes(resource.type)) return false;
  const roots = Object.keys(units).filter((name) => !units[name].parent), axes = Object.keys(dimensions), line = [];
  let unit = Object.hasOwn(properties, "unit") ? properties.unit : roots[0], known = {}; // what the directory knows of the resource
  const isUnit = Object.values(units).some(({ kind }) => kind === resource.type) || document.unplacedKinds?.includes(resource.type);
  if (resource.type && isUnit) {
    known = at(units, unit = resource.id);
    if (known?.kind !== resource.type) return false;
  } else if (resource.type && called.includes(resource.type)) { // a user, who is in their home unit
    known = at(document.users, resource.id);
    if (!known || (known.homeUnitUnknown && !known.homeUnit)) return false;
    unit = known.homeUnit || roots[0];
  }
  if (axes.some((axis) => known.unknownAttributes?.includes(axis) && at(known.attributes, axis) === undefined)) return false;
  properties = { ...properties, ...known.attributes }; // what the directory knows wins
  for (; at(units, unit) && !line.includes(unit); unit = units[unit].parent) line.push(unit); // the unit and all above it
  if (roots.length !== 1 || line.at(-1) !== roots[0]) return false;
  if (axes.some((axis) => Object.hasOwn(properties, axis) && !dimensions[axis].includes(properties[axis]))) return false;
  const live = (held) => { // covers the request, now
    const named = [...(held.units ?? []), ...(held.unitGroups ?? []).flatMap((group) => at(document.unitGroups, group) ?? [])];
    const covers = ({ all, values = [] }, axis) => all || values.includes(properties[axis]);
    return (held.everywhere || named.some((name) => line.includes(name)))
      && axes.every((axis) => covers(at(held.dimensions, axis) ?? { all: held.deny }, axis))
      && !(held.startTime && now < new Date(held.startTime)) && !(held.endTime && now >= new Date(held.endTime));
  };
  const overrides = (user.overrides ?? []).filter((held) => held.permission === action.name && live(held));
  if (overrides.some((held) => held.deny)) return false;
  const grants = [...(user.grants ?? []),
    ...(document.defaultGrants ?? []).filter((held) => !(user.withoutDefaults ?? []).includes(held.source))];
  const all = (asked, given) => (asked ?? []).every((name) => (given ?? []).includes(name));
  return overrides.some((held) => all(held.requiredFeatures, on) && all(permission.requiredFeatures, on))
    || grants.filter(live).some((held) => (at(at(document.roles, held.role)?.permissions, action.name) ?? []).some(
      (way) => !way.qualifiers?.length && all(way.requiredFeatures, on) && all(way.requiredEntitlements, held.entitlements)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) // node rolewright.mjs FOLDER, with a request on standard input
  try {
    console.log(check(readFolder(process.argv[2]).document, parse(readFileSync(0))) ? "yes" : "no");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.error(`no: ${error.message}`);
    process.exitCode = 1;
  }
