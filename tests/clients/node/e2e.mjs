// Drives the sandbox with two Node clients as they come from their registry; only their base URL is set.
//
//     e2e.mjs GOODSTANDING NODE_MODULES        (the release binary; the folder of the installed packages)

import * as greatDetail from "./great_detail.mjs";
import * as kapso from "./kapso.mjs";
import { Sandbox } from "./harness.mjs";

const [binary, modules] = process.argv.slice(2);
if (!modules) {
  console.error("usage: e2e.mjs GOODSTANDING NODE_MODULES");
  process.exit(2);
}

let failed = 0;
for (const client of [greatDetail, kapso]) {
  const sandbox = await Sandbox.start(binary);
  const world = await client.makeWorld(sandbox, modules);
  const failures = await client.checks.run(client.name, world);
  world.webhooks.stop();
  if (failures > 0) console.error(`the sandbox said last:\n${sandbox.log()}`);
  await sandbox.stop();
  failed += failures;
}
process.exitCode = failed === 0 ? 0 : 1;
