/** Ask the server: JSON in and out; what it refuses becomes an Error in the person's language. */
import { desk } from "./map.js";
import { word } from "./words.js";

export async function ask(path, values = {}) {
  const query = new URLSearchParams(values).toString();
  return answered(await reached(fetch(query ? `${path}?${query}` : path)));
}

export async function send(method, path, body) {
  const options = { method, headers: { "Content-Type": "application/json", "X-Landgis": "desk" } };
  if (body !== undefined) options.body = JSON.stringify(body);
  return answered(await reached(fetch(path, options)));
}

async function reached(promise) {
  try {
    return await promise;
  } catch {
    throw new Error(word("connection_lost"));
  }
}

async function answered(response) {
  if (response.status === 204) return null;
  const body = await response.json();
  if (response.ok) return body;
  const told = body.error || {};
  const next = told[`next_${desk.lang}`];
  throw new Error([told[`message_${desk.lang}`] || String(response.status), next].filter(Boolean).join(" "));
}

/** Run something asynchronous and tell its failure on the page. */
export async function told(work) {
  try {
    return await work;
  } catch (error) {
    desk.say(error.message);
    return undefined;
  }
}
