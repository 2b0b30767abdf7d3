// @great-detail/whatsapp: its endpoints build every request, its webhook methods read every webhook and check its signature.

import assert from "node:assert/strict";

import { Checks, Webhooks, load, waitUntil } from "./harness.mjs";

export const name = "@great-detail/whatsapp";
export const checks = new Checks();

const VERIFY_TOKEN = "a-verify-token";
const ANN = "15550001111";
const STRANGER = "15550002222";
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export async function makeWorld(sandbox, modules) {
  const { default: Client } = await load(modules, name);
  const client = (token) =>
    new Client({
      prefixUrl: sandbox.env.BASE_URL,
      request: { headers: { Authorization: `Bearer ${token}` }, retry: 0 },
    });
  const sdk = client(sandbox.env.TOKEN);
  const arrived = [];
  const webhooks = await Webhooks.start((seen) => receive(sdk, sandbox.env.APP_SECRET, arrived, seen));
  const { PHONE_NUMBER_ID: phoneNumberID, WABA_ID: businessAccountID } = sandbox.env;
  return { sandbox, sdk, client, arrived, webhooks, phoneNumberID, businessAccountID };
}

async function receive(sdk, secret, arrived, seen) {
  if (seen.method === "GET") {
    const registration = await sdk.webhook.register(seen);
    assert.equal(registration.verifyToken, VERIFY_TOKEN);
    return registration.accept();
  }
  const event = await sdk.webhook.eventNotification(seen);
  await event.verifySignature(secret);
  for (const entry of event.eventNotification.entry) arrived.push(...entry.changes);
  return event.accept();
}

/** The first thing that arrived in a list of field `messages` and fits. */
function arrival(world, list, what, fits) {
  const all = () => world.arrived.filter((change) => change.field === "messages").flatMap((c) => c.value[list] ?? []);
  return waitUntil(what, () => all().find(fits));
}

const status = (world, id, wanted) =>
  arrival(world, "statuses", `${wanted} of ${id}`, (status) => status.id === id && status.status === wanted);

/** The error object of a call that is refused. */
async function refusal(call) {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  assert.ok(error.response, error);
  return { http: error.response.status, ...error.data.error };
}

checks.add("a callback is verified and subscribed", async (world) => {
  const { sdk, businessAccountID, webhooks } = world;
  const answer = await sdk.subscribedApps
    .createSubscription({ businessAccountID, override_callback_uri: webhooks.url, verify_token: VERIFY_TOKEN })
    .json();
  assert.deepEqual(answer, { success: true });
  const { data } = await sdk.subscribedApps.listSubscriptions({ businessAccountID }).json();
  assert.equal(data[0].override_callback_uri, webhooks.url);
  assert.equal(data[0].whatsapp_business_api_data.id, world.sandbox.env.APP_ID);
});

checks.add("131047: free-form text to somebody who never wrote fails by webhook", async (world) => {
  const { sdk, phoneNumberID } = world;
  const sent = await sdk.message
    .createMessage({ phoneNumberID, to: STRANGER, type: "text", text: { body: "hello?" } })
    .json();
  const { errors } = await status(world, sent.messages[0].id, "failed");
  assert.deepEqual(errors.map(({ code }) => code), [131047]);
});

checks.add("132001: an unknown template is refused at once", async ({ sdk, phoneNumberID }) => {
  const template = { name: "no_such_template", language: { code: "en_US" } };
  const error = await refusal(sdk.message.createMessage({ phoneNumberID, to: STRANGER, type: "template", template }));
  assert.deepEqual([error.http, error.code, error.type], [404, 132001, "OAuthException"]);
});

checks.add("an inbound message arrives signed, and is read with a typing indicator", async (world) => {
  const { sandbox, sdk, phoneNumberID } = world;
  await sandbox.control(`numbers/${phoneNumberID}/inbound`, { from: ANN, text: "hi", name: "Ann" });
  const message = await arrival(world, "messages", "the inbound message", (message) => message.from === ANN);
  assert.equal(message.text.body, "hi");
  const answer = await sdk.message
    .createStatus({ phoneNumberID, message_id: message.id, status: "read", typing_indicator: { type: "text" } })
    .json();
  assert.deepEqual(answer, { success: true });
});

checks.add("a reply is sent, delivered and read", async (world) => {
  const { sandbox, sdk, phoneNumberID } = world;
  const sent = await sdk.message
    .createMessage({ phoneNumberID, to: ANN, type: "text", text: { body: "grüß dich" } })
    .json();
  assert.deepEqual([sent.contacts[0].input, sent.contacts[0].wa_id], [ANN, ANN]);
  const [{ id }] = sent.messages;
  await sandbox.control(`messages/${id}/feedback`, { signal: "read" });
  for (const wanted of ["sent", "delivered", "read"]) {
    assert.equal((await status(world, id, wanted)).recipient_id, ANN);
  }
});

checks.add("a template reaches a stranger, with its conversation and price", async (world) => {
  const { sdk, phoneNumberID } = world;
  const template = { name: "hello_world", language: { code: "en_US" } };
  const sent = await sdk.message.createMessage({ phoneNumberID, to: STRANGER, type: "template", template }).json();
  assert.equal(sent.messages[0].message_status, "accepted");
  assert.equal((await status(world, sent.messages[0].id, "sent")).pricing.billable, true);
});

checks.add("a template is created, approved, changed, found and deleted", async (world) => {
  const { sandbox, sdk, businessAccountID } = world;
  const body = (text) => [{ type: "BODY", text, example: { body_text: [["Ann"]] } }];
  const draft = { name: "spring", language: "en_US", category: "MARKETING" };
  const created = await sdk.template
    .create(businessAccountID, { ...draft, components: body("Hello {{1}}, spring has come to our shop in town.") })
    .json();
  assert.equal(created.status, "PENDING");
  await sandbox.control(`templates/${created.id}/review`, { decision: "reject", reason: "INVALID_FORMAT" });
  const updated = await sdk.template
    .update(created.id, { components: body("Hello {{1}}, come and see what is new in our shop in town.") })
    .json();
  assert.equal(updated.success, true);
  await sandbox.control(`templates/${created.id}/review`, { decision: "approve" });
  const found = await sdk.template.get(created.id, { fields: ["name", "status", "quality_score"] }).json();
  assert.deepEqual([found.name, found.status], ["spring", "APPROVED"]);
  const { data } = await sdk.template.list(businessAccountID, { status: "APPROVED", name_or_content: "spring" }).json();
  assert.deepEqual(data.map((template) => template.id), [created.id]);
  assert.deepEqual(await sdk.template.delete(businessAccountID, { name: "spring" }).json(), { success: true });
});

checks.add("templates are listed page by page, by the address in the answer", async ({ sandbox, sdk, businessAccountID }) => {
  for (const name of ["page_one", "page_two"]) {
    const components = [{ type: "BODY", text: `This is ${name} of what we have to say about our garden.` }];
    await sdk.template.create(businessAccountID, { name, language: "en_US", category: "MARKETING", components }).json();
  }
  let page = await sdk.template.list(businessAccountID, { limit: 1 }).json();
  const names = page.data.map(({ name }) => name);
  while (page.paging?.next) {
    const headers = { Authorization: `Bearer ${sandbox.env.TOKEN}` };
    page = await (await fetch(page.paging.next, { headers })).json();
    names.push(...page.data.map(({ name }) => name));
  }
  assert.deepEqual(names.sort(), ["hello_world", "page_one", "page_two"]);
});

checks.add("the template library is listed", async ({ sdk }) => {
  const { data } = await sdk.template.listLibrary({ category: "UTILITY", limit: 5 }).json();
  assert.ok(data.length > 0 && data.length <= 5 && data.every((template) => template.category === "UTILITY"));
});

checks.add("media is uploaded, sent, downloaded and deleted", async ({ sandbox, sdk, phoneNumberID }) => {
  const file = new Blob([PNG], { type: "image/png" });
  const { id } = await sdk.media.upload({ phoneNumberID, mimeType: "image/png", file, filename: "dot.png" }).json();
  await sdk.message.createMessage({ phoneNumberID, to: ANN, type: "image", image: { id, caption: "a dot" } }).json();
  const { url, mime_type: mimeType, file_size: size } = await sdk.media.getURL({ mediaID: id, phoneNumberID }).json();
  assert.deepEqual([mimeType, Number(size)], ["image/png", PNG.length]);
  // Its own `media.download` sends no token, and is refused as by the platform.
  assert.equal((await fetch(url)).status, 401);
  const headers = { Authorization: `Bearer ${sandbox.env.TOKEN}` };
  assert.deepEqual(Buffer.from(await (await fetch(url, { headers })).arrayBuffer()), PNG);
  assert.deepEqual(await sdk.media.delete({ mediaID: id }).json(), { success: true });
  assert.equal((await refusal(sdk.media.getURL({ mediaID: id }))).code, 100);
});

checks.add("the business profile is changed and shown", async ({ sdk, phoneNumberID }) => {
  await sdk.businessProfile.updateBusinessProfile({ phoneNumberID, about: "Plants", email: "hello@example.com" }).json();
  const { data } = await sdk.businessProfile.getBusinessProfile({ phoneNumberID, fields: ["about", "email"] }).json();
  assert.deepEqual([data[0].about, data[0].email], ["Plants", "hello@example.com"]);
});

checks.add("numbers and their account are shown", async ({ sdk, phoneNumberID, businessAccountID }) => {
  const number = await sdk.phoneNumbers
    .getPhoneNumber({ phoneNumberID, fields: ["verified_name", "quality_rating", "status"] })
    .json();
  assert.deepEqual([number.verified_name, number.status], ["Lucky Shrub", "CONNECTED"]);
  const { data } = await sdk.phoneNumbers.listPhoneNumbers({ businessAccountID }).json();
  assert.deepEqual(data.map(({ id }) => id), [phoneNumberID]);
  const account = await sdk.whatsappBusinessAccount.get(businessAccountID, { fields: ["id", "name"] }).json();
  assert.deepEqual([account.id, account.name], [businessAccountID, "Default account"]);
});

checks.add("a wrong token is refused with 190", async ({ client, phoneNumberID }) => {
  const error = await refusal(client("not-a-token").phoneNumbers.getPhoneNumber({ phoneNumberID }));
  assert.deepEqual([error.http, error.code], [401, 190]);
});
