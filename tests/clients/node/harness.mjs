// What an end-to-end test of a Node client needs: the sandbox as a child process, a webhook server, a list of checks.
//
// Knows nothing of what is checked. Both sides listen on loopback, port 0.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

/** How long anything may take that should happen at once; generous, because two cores may be busy. */
const WAIT_MS = 20_000;

/** Asks `ready` until it answers with something true, and gives that. */
export async function waitUntil(what, ready) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const answer = await ready();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${what}: nothing after ${WAIT_MS} ms`);
    await sleep(20);
  }
}

/** Imports an installed package from a folder of packages: as its own manifest says, whatever is beside this file. */
export async function load(modules, name, subpath = ".") {
  const root = join(modules, name);
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entry = manifest.exports[subpath].import;
  return import(pathToFileURL(join(root, entry.default ?? entry)));
}

/** `goodstanding sandbox` as a child process that forgets everything at its end. */
export class Sandbox {
  static async start(binary) {
    const sandbox = new Sandbox();
    sandbox.folder = mkdtempSync(join(tmpdir(), "goodstanding-"));
    const envFile = join(sandbox.folder, "sandbox.env");
    sandbox.logFile = join(sandbox.folder, "sandbox.log");
    const log = openSync(sandbox.logFile, "w");
    const args = ["sandbox", "--listen", "127.0.0.1:0", "--ephemeral", "--seed", "7", "--env-file", envFile];
    sandbox.process = spawn(binary, args, { stdio: ["ignore", log, log] });
    sandbox.env = await waitUntil("the sandbox's env file", () => {
      if (sandbox.process.exitCode !== null) throw new Error(`the sandbox ended:\n${sandbox.log()}`);
      return readEnv(envFile);
    });
    return sandbox;
  }

  /** Asks the control API for a change. */
  async control(path, body = {}) {
    const answer = await fetch(`${this.env.CONTROL_URL}/${path}`, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  log() {
    return readFileSync(this.logFile, "utf8").split("\n").slice(-40).join("\n");
  }

  async stop() {
    if (this.process.exitCode === null) {
      this.process.kill("SIGTERM");
      await once(this.process, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readEnv(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null; // not there yet
  }
  const pairs = text.matchAll(/^([A-Z_]+)=["']?(.*?)["']?$/gm);
  const env = Object.fromEntries([...pairs].map(([, key, value]) => [key, value]));
  return env.CONTROL_URL && env.TOKEN ? env : null;
}

/** A webhook server that keeps what arrives and answers what `handle` says. */
export class Webhooks {
  static async start(handle) {
    const webhooks = new Webhooks();
    webhooks.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const url = new URL(request.url, "http://localhost");
      const seen = {
        method: request.method,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      try {
        response.end((await handle(seen)) ?? "");
      } catch (error) {
        response.statusCode = 403;
        response.end(String(error));
      }
    });
    webhooks.server.listen(0, "127.0.0.1");
    await once(webhooks.server, "listening");
    webhooks.url = `http://127.0.0.1:${webhooks.server.address().port}/`;
    return webhooks;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}

/** Runs checks in the order in which they are declared: one line each, and the sum at the end. */
export class Checks {
  all = [];

  add(name, run) {
    this.all.push([name, run]);
  }

  /** The number of checks that failed; one that failed does not keep the next from running. */
  async run(client, world) {
    let failed = 0;
    for (const [name, run] of this.all) {
      try {
        await run(world);
        console.log(`ok    ${client}: ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`FAIL  ${client}: ${name}\n${error.stack ?? error}`);
      }
    }
    console.log(`${this.all.length - failed} passed, ${failed} failed`);
    return failed;
  }
}
