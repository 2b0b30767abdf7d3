// Drives the sandbox with two Node clients as they come from their registry; only their base URL is set.
//
//     e2e.mjs GOODSTANDING NODE_MODULES [--gateway]
//
// (the release binary; the folder of the installed packages; with a gateway in between)

import * as greatDetail from "./great_detail.mjs";
import * as kapso from "./kapso.mjs";
import { Sandbox, traffic } from "./harness.mjs";

const [binary, modules, gateway, ...more] = process.argv.slice(2);
if (!modules || more.length > 0 || (gateway ?? "--gateway") !== "--gateway") {
  console.error("usage: e2e.mjs GOODSTANDING NODE_MODULES [--gateway]");
  process.exit(2);
}

let failed = 0;
for (const client of [greatDetail, kapso]) {
  const sandbox = gateway ? await Sandbox.startBehindGateway(binary) : await Sandbox.start(binary);
  const world = await client.makeWorld(sandbox, modules);
  client.checks.add("no request, answer or webhook led to another host", async () => traffic.stayed());
  const failures = await client.checks.run(client.name, world);
  world.webhooks.stop();
  if (failures > 0) console.error(`the sandbox said last:\n${sandbox.log()}`);
  await sandbox.stop();
  failed += failures;
}
process.exitCode = failed === 0 ? 0 : 1;
