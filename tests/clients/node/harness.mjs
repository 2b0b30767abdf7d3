// What an end-to-end test of a Node client needs: the sandbox as a child process, on request a gateway in front of it, a
// webhook server, a list of checks.
//
// Knows nothing of what is checked. All sides listen on loopback, port 0.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

/** `fetch` for what is the test's own business. */
const unwatched = globalThis.fetch;

/**
 * What clients ask and are told. With a gateway in between nothing goes past it, and nothing names what is behind. Made
 * before any client is loaded: each of them calls `fetch`.
 */
class Traffic {
  requests = 0;
  webhooks = 0;
  ledAway = [];

  constructor() {
    globalThis.fetch = async (input, init) => {
      const url = String(input?.url ?? input);
      if (this.own && url.startsWith(this.own)) return unwatched(input, init);
      this.requests += 1;
      if (!url.startsWith(`${this.front}/`)) this.ledAway.push(`${init?.method ?? input?.method ?? "GET"} ${url}`);
      const answer = await unwatched(input, init);
      const bytes = Buffer.from(await answer.clone().arrayBuffer());
      this.look(`the answer to ${url}`, `${[...answer.headers].join("\n")}\n${bytes.toString("latin1")}`);
      return answer;
    };
  }

  between(front, behind, own) {
    Object.assign(this, { front, behind: behind?.split("//")[1], own });
    Object.assign(this, { requests: 0, webhooks: 0, ledAway: [] });
  }

  look(what, text) {
    if (this.behind && text.includes(this.behind)) this.ledAway.push(`${what}: ${text.slice(0, 500)}`);
  }

  /** The check that comes last. */
  stayed() {
    if (this.requests < 10 || this.webhooks < 5) throw new Error(`${this.requests} requests, ${this.webhooks} webhooks`);
    if (this.ledAway.length > 0) throw new Error(this.ledAway.slice(0, 10).join("\n"));
  }
}

export const traffic = new Traffic();

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
    sandbox.platform = await waitUntil("the sandbox's env file", () => {
      if (sandbox.process.exitCode !== null) throw new Error(`the sandbox ended:\n${sandbox.log()}`);
      return readEnv(envFile, ["CONTROL_URL", "TOKEN"]);
    });
    sandbox.env = sandbox.platform;
    traffic.between(sandbox.env.BASE_URL, null, sandbox.env.CONTROL_URL);
    return sandbox;
  }

  /** The same with a gateway in front: `env` leads to the gateway, `control` to the sandbox. */
  static async startBehindGateway(binary) {
    const sandbox = await Sandbox.start(binary);
    try {
      await sandbox.standInFront(binary);
    } catch (error) {
      await sandbox.stop();
      throw error;
    }
    return sandbox;
  }

  async standInFront(binary) {
    const { platform, folder } = this;
    const verifyToken = "what the platform must know";
    const secrets = { "app-secret": platform.APP_SECRET, token: platform.TOKEN, "verify-token": verifyToken };
    for (const [name, secret] of Object.entries(secrets)) writeFileSync(join(folder, name), `${secret}\n`);
    const [config, envFile] = [join(folder, "gateway.toml"), join(folder, "gateway.env")];
    writeFileSync(config, gatewayConfig(platform.WABA_ID));
    this.gatewayLogFile = join(folder, "gateway.log");
    const log = openSync(this.gatewayLogFile, "w");
    const args = ["gateway", "--config", config, "--listen", "127.0.0.1:0", "--ephemeral", "--env-file", envFile];
    args.push("--upstream", platform.BASE_URL, "--follow-clock", platform.CONTROL_URL);
    this.gateway = spawn(binary, args, { stdio: ["ignore", log, log] });
    const own = await waitUntil("the gateway's env file", () => {
      if (this.gateway.exitCode !== null) throw new Error(`the gateway ended:\n${this.log()}`);
      return readEnv(envFile, ["GATEWAY_URL", "GATEWAY_TOKEN"]);
    });
    this.env = { ...platform, BASE_URL: own.GATEWAY_URL, TOKEN: own.GATEWAY_TOKEN };
    const post = async (url, token, body) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const answer = await unwatched(url, { method: "POST", headers, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(`POST ${url}: ${answer.status} ${await answer.text()}`);
    };
    await post(`${platform.BASE_URL}/${platform.WABA_ID}/subscribed_apps`, platform.TOKEN, {
      override_callback_uri: `${own.GATEWAY_URL}/webhooks/main`,
      verify_token: verifyToken,
    });
    await post(`${own.GATEWAY_URL}/v1/poll`, own.GATEWAY_TOKEN);
    traffic.between(own.GATEWAY_URL, platform.BASE_URL, platform.CONTROL_URL);
  }

  /** Asks the control API for a change. */
  async control(path, body = {}) {
    const answer = await fetch(`${this.env.CONTROL_URL}/${path}`, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`POST ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  log() {
    const files = [this.logFile, ...(this.gatewayLogFile ? [this.gatewayLogFile] : [])];
    return files.map((file) => readFileSync(file, "utf8").split("\n").slice(-40).join("\n")).join("\nand the gateway:\n");
  }

  async stop() {
    for (const child of [this.gateway, this.process]) {
      if (child && child.exitCode === null) {
        child.kill("SIGTERM");
        await once(child, "exit");
      }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What is kept from an account beside the platform's rules would be seen by its client. */
const gatewayConfig = (waba) => `
[[apps]]
name = "main"
secrets = [{ file = "app-secret" }]
verify_token = { file = "verify-token" }
[[portfolios]]
name = "shop"
app = "main"
edition = "2023-per-number"
token = { file = "token" }
accounts = [{ id = "${waba}" }]
[policy]
first_day_permille = 1000
reserve_permille = 0
repetition_ms = 0
stop_on_drop = false
`;

function readEnv(file, keys) {
  let text;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return null; // not there yet
  }
  const pairs = text.matchAll(/^([A-Z_]+)=["']?(.*?)["']?$/gm);
  const env = Object.fromEntries([...pairs].map(([, key, value]) => [key, value]));
  return keys.every((key) => env[key]) ? env : null;
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
      traffic.webhooks += 1;
      traffic.look("a webhook", seen.body);
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
