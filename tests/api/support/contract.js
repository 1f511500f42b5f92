/* SPDX-License-Identifier: AGPL-3.0-or-later */
// Holds every answer the tests see to the Matrix specification's own API files, when MATRIX_SPEC_DIR names them.
// What does not fit is written down and reported by `run`, operation by operation.
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const specification = process.env.MATRIX_SPEC_DIR;
const report = process.env.PARLEY_CONTRACT_REPORT;
const documents = new Map();
const resolved = new Map();
let operations = [];
let ajv = null;
let parseYaml = null;
const validators = new Map();
const seen = new Map();

function load(file) {
  if (!documents.has(file)) {
    const document = parseYaml(readFileSync(file, 'utf8'), { maxAliasCount: -1, strict: false, uniqueKeys: false, logLevel: 'silent' });
    documents.set(file, document);
  }
  return documents.get(file);
}

function pointer(document, path) {
  return path
    .split('/')
    .filter(Boolean)
    .reduce((node, part) => node?.[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')], document);
}

/** The node with every $ref replaced by what it names; a reference into itself becomes "anything". */
function dereference(node, file, open = []) {
  if (Array.isArray(node)) return node.map((item) => dereference(item, file, open));
  if (node === null || typeof node !== 'object') return node;
  if (typeof node.$ref === 'string') {
    const [target, path = ''] = node.$ref.split('#');
    const where = target ? resolve(dirname(file), target) : file;
    const key = `${where}#${path}`;
    if (open.includes(key)) return {};
    // The other APIs' files, where some definitions are, need not be at hand.
    if (!existsSync(where)) return {};
    if (!resolved.has(key)) resolved.set(key, dereference(pointer(load(where), path), where, [...open, key]));
    const { $ref: _, ...beside } = node;
    const found = resolved.get(key);
    return Object.keys(beside).length === 0 ? found : { ...found, ...dereference(beside, file, open) };
  }
  const copy = {};
  for (const [key, value] of Object.entries(node)) {
    // What is described, not what describes: left out so that examples are never read as schemas.
    if (key === 'example' || key === 'examples' || key.startsWith('x-')) continue;
    copy[key] = dereference(value, file, open);
  }
  return copy;
}

function template(path) {
  const pattern = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`);
}

async function prepare() {
  ({ parse: parseYaml } = await import('yaml'));
  const { default: Ajv } = await import('ajv/dist/2020.js');
  ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, validateSchema: false });
  const folder = join(resolve(specification), 'api/client-server');
  for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.yaml'))) {
    const file = join(folder, name);
    const document = load(file);
    const base = document.servers?.[0]?.variables?.basePath?.default ?? '';
    for (const [path, item] of Object.entries(document.paths ?? {})) {
      for (const method of ['get', 'put', 'post', 'delete']) {
        if (!item[method]) continue;
        const full = `${base}${path}`;
        operations.push({
          method: method.toUpperCase(),
          path: full,
          pattern: template(full),
          id: item[method].operationId,
          responses: item[method].responses,
          requestBody: item[method].requestBody,
          parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])],
          file,
          slots: (full.match(/\{/g) ?? []).length,
        });
      }
    }
  }
  // The most literal template first: /sync/filter before /{a}/{b}.
  operations.sort((a, b) => a.slots - b.slots);
}

if (specification) await prepare();

/** One example of what a schema describes: its own, else one put together from its members'. */
function exampleOf(node, file, depth = 0) {
  if (node === null || typeof node !== 'object' || depth > 12) return undefined;
  if (typeof node.$ref === 'string') {
    const [target, path = ''] = node.$ref.split('#');
    const where = target ? resolve(dirname(file), target) : file;
    if (!existsSync(where)) return undefined;
    return exampleOf(pointer(load(where), path), where, depth + 1);
  }
  if (node.example !== undefined) return node.example;
  if (node.examples !== undefined) {
    const first = Object.values(node.examples)[0];
    return first?.$ref ? undefined : first?.value ?? first;
  }
  if (node.schema) return exampleOf(node.schema, file, depth + 1);
  if (node.enum) return node.enum[0];
  const whole = {};
  for (const part of node.allOf ?? []) Object.assign(whole, exampleOf(part, file, depth + 1));
  for (const [name, member] of Object.entries(node.properties ?? {})) {
    const example = exampleOf(member, file, depth + 1);
    if (example !== undefined) whole[name] = example;
  }
  if (Object.keys(whole).length > 0 || node.type === 'object') return whole;
  if (node.type === 'array') {
    const item = exampleOf(node.items, file, depth + 1);
    return item === undefined ? [] : [item];
  }
  return undefined;
}

/** The specification's operations, each with its own examples of what is asked. */
export function specifiedRequests() {
  return operations.map((operation) => {
    const parameters = operation.parameters.map((one) => (one.$ref ? dereference(one, operation.file) : one));
    return {
      id: operation.id,
      method: operation.method,
      path: operation.path,
      answers: Object.keys(operation.responses),
      body: exampleOf(operation.requestBody?.content?.['application/json'] ?? null, operation.file),
      raw: operation.requestBody && !operation.requestBody.content?.['application/json'],
      parameters: parameters.map(({ in: where, name, required, ...rest }) => ({ where, name, required: required === true, example: exampleOf(rest, operation.file) })),
    };
  });
}

function validator(operation, status) {
  const key = `${operation.id} ${status}`;
  if (!validators.has(key)) {
    const response = dereference(operation.responses[status] ?? null, operation.file);
    const schema = response?.content?.['application/json']?.schema ?? null;
    validators.set(key, {
      described: response !== null,
      types: response?.content ? Object.keys(response.content) : null,
      check: schema ? ajv.compile(schema) : null,
    });
  }
  return validators.get(key);
}

function problems(operation, response) {
  const { status, headers, body } = response;
  const found = [];
  if (headers['access-control-allow-origin'] !== '*') found.push('no Access-Control-Allow-Origin: *');
  const { described, check: schema } = validator(operation, String(status));
  // Whoever is not let in at all is answered alike everywhere ("Using access tokens"), whatever an operation's own 401 is.
  const outside = status === 401 && ['M_MISSING_TOKEN', 'M_UNKNOWN_TOKEN', 'M_USER_LOCKED'].includes(body?.errcode);
  const check = outside ? null : schema;
  if (status === 401 && Array.isArray(body?.flows)) {
    // The stages of user-interactive authentication: held to the specification's schema below.
  } else if (status >= 400) {
    if (typeof body?.errcode !== 'string' || typeof body?.error !== 'string') {
      found.push(`status ${status} without errcode and error`);
    }
  } else if (!described && status !== 206 && status !== 304) { // those two are HTTP's own, of whatever may be asked for in parts
    found.push(`status ${status} is not among the answers the specification names`);
  }
  if (check && body === undefined) found.push(`status ${status} is not JSON`);
  if (check && body !== undefined && !check(body)) {
    for (const error of check.errors.slice(0, 6)) {
      found.push(`status ${status}: ${error.instancePath.replace(/\/[$!@#][^/]*/g, '/…') || '/'} ${error.message}${error.params?.missingProperty ? '' : ` (${JSON.stringify(error.params)})`}`);
    }
  }
  return found;
}

/** Looks at one answer. Never throws: the test that caused it has a purpose of its own. */
export function observe(method, path, response) {
  if (!specification) return;
  const bare = path.split('?')[0];
  const operation = operations.find((one) => one.method === method && one.pattern.test(bare));
  if (!operation) return;
  // A delayed event's answer (MSC4140), of which the specification does not know.
  if (typeof response.body?.delay_id === 'string') return;
  let entry = seen.get(operation.id);
  if (!entry) seen.set(operation.id, (entry = { id: operation.id, method, path: operation.path, count: 0, good: 0, problems: {} }));
  entry.count++;
  if (response.status < 400) entry.good++;
  for (const problem of problems(operation, response)) {
    entry.problems[problem] ??= { count: 0, sample: `${method} ${bare} ${response.text.slice(0, 600)}` };
    entry.problems[problem].count++;
  }
}

process.on('exit', () => {
  if (report && seen.size > 0) appendFileSync(report, [...seen.values()].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
});
