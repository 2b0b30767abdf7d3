// @kapso/whatsapp-cloud-api: its builders make every message, its error class reads every refusal, its server part
// reads every webhook and checks its signature.

import assert from "node:assert/strict";

import { Checks, Webhooks, load, waitUntil } from "./harness.mjs";

export const name = "@kapso/whatsapp-cloud-api";
export const checks = new Checks();

const VERIFY_TOKEN = "a-verify-token";
const ANN = "15550001111";
const STRANGER = "15550002222";
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export async function makeWorld(sandbox, modules) {
  const { WhatsAppClient, GraphApiError } = await load(modules, name);
  const { verifySignature, normalizeWebhook } = await load(modules, name, "./server");
  const client = (accessToken) => new WhatsAppClient({ accessToken, baseUrl: sandbox.env.BASE_URL });
  const arrived = { messages: [], statuses: [], raw: [] };
  const webhooks = await Webhooks.start((seen) => {
    if (seen.method === "GET") return seen.query["hub.challenge"];
    const signatureHeader = seen.headers["x-hub-signature-256"];
    assert.ok(verifySignature({ appSecret: sandbox.env.APP_SECRET, rawBody: seen.body, signatureHeader }));
    const event = normalizeWebhook(JSON.parse(seen.body));
    arrived.messages.push(...event.messages);
    arrived.statuses.push(...event.statuses);
    arrived.raw.push(event.raw);
    return "";
  });
  const { PHONE_NUMBER_ID: phoneNumberId, WABA_ID: wabaId } = sandbox.env;
  return { sandbox, wa: client(sandbox.env.TOKEN), client, GraphApiError, arrived, webhooks, phoneNumberId, wabaId };
}

const status = ({ arrived }, id, wanted) =>
  waitUntil(`${wanted} of ${id}`, () => arrived.statuses.find((s) => s.id === id && s.status === wanted));

async function refusal({ GraphApiError }, call) {
  const error = await call.then(
    () => assert.fail("it was not refused"),
    (error) => error,
  );
  assert.ok(error instanceof GraphApiError, error);
  return error;
}

checks.add("a callback is verified, an inbound message arrives signed and is read", async (world) => {
  const { sandbox, wa, phoneNumberId, wabaId, webhooks, arrived } = world;
  await wa.request("POST", `${wabaId}/subscribed_apps`, {
    body: { override_callback_uri: webhooks.url, verify_token: VERIFY_TOKEN },
  });
  await sandbox.control(`numbers/${phoneNumberId}/inbound`, { from: ANN, text: "hi", name: "Ann" });
  const message = await waitUntil("the inbound message", () => arrived.messages.find(({ from }) => from === ANN));
  assert.equal(message.text.body, "hi");
  const read = await wa.messages.markRead({ phoneNumberId, messageId: message.id, typingIndicator: { type: "text" } });
  assert.equal(read.success, true);
  const reaction = { messageId: message.id, emoji: "👍" };
  assert.ok((await wa.messages.sendReaction({ phoneNumberId, to: ANN, reaction })).messages[0].id);
});

checks.add("every type of message is taken", async ({ wa, phoneNumberId }) => {
  const to = ANN;
  const media = await wa.media.upload({
    phoneNumberId,
    type: "image/png",
    file: new Blob([PNG], { type: "image/png" }),
    fileName: "dot.png",
  });
  const link = "https://example.com/file";
  const sends = [
    wa.messages.sendText({ phoneNumberId, to, body: "see https://example.com", previewUrl: true }),
    wa.messages.sendImage({ phoneNumberId, to, image: { id: media.id, caption: "a dot" } }),
    wa.messages.sendAudio({ phoneNumberId, to, audio: { link } }),
    wa.messages.sendDocument({ phoneNumberId, to, document: { link, filename: "bill.pdf" } }),
    wa.messages.sendVideo({ phoneNumberId, to, video: { link } }),
    wa.messages.sendSticker({ phoneNumberId, to, sticker: { link } }),
    wa.messages.sendLocation({ phoneNumberId, to, location: { latitude: -33.45, longitude: -70.66, name: "Santiago" } }),
    wa.messages.sendContacts({
      phoneNumberId,
      to,
      contacts: [{ name: { formattedName: "John Doe", firstName: "John" }, phones: [{ phone: "+15551234567" }] }],
    }),
    wa.messages.sendInteractiveButtons({
      phoneNumberId,
      to,
      bodyText: "Yes?",
      buttons: [
        { id: "yes", title: "Yes" },
        { id: "no", title: "No" },
      ],
    }),
    wa.messages.sendInteractiveList({
      phoneNumberId,
      to,
      bodyText: "Which?",
      buttonText: "Choose",
      sections: [{ title: "All", rows: [{ id: "1", title: "One" }] }],
    }),
    wa.messages.sendInteractiveCtaUrl({
      phoneNumberId,
      to,
      bodyText: "Look.",
      parameters: { displayText: "Open", url: "https://example.com" },
    }),
    wa.messages.sendInteractiveLocationRequest({ phoneNumberId, to, bodyText: "Where?", parameters: { requestMessage: "Where?" } }),
  ];
  for (const sent of await Promise.all(sends)) assert.match(sent.messages[0].id, /^wamid\./);
});

checks.add("a template reaches a stranger; its statuses are read", async (world) => {
  const { sandbox, wa, phoneNumberId } = world;
  const template = { name: "hello_world", language: { code: "en_US" } };
  const sent = await wa.messages.sendTemplate({ phoneNumberId, to: STRANGER, template });
  const [{ id }] = sent.messages;
  await sandbox.control(`messages/${id}/feedback`, { signal: "read" });
  for (const wanted of ["sent", "delivered", "read"]) assert.equal((await status(world, id, wanted)).recipientId, STRANGER);
});

checks.add("refusals have their category and what to do about them", async (world) => {
  const { wa, client, phoneNumberId } = world;
  const text = { phoneNumberId, to: "15550003333", body: "hello?" };
  const template = { name: "no_such_template", language: { code: "en_US" } };
  const rows = [
    [() => wa.messages.sendTemplate({ ...text, template }), 132001, "template", "fix_and_retry"],
    [() => client("not-a-token").messages.sendText(text), 190, "authorization", "refresh_token"],
    [() => wa.messages.sendText({ ...text, phoneNumberId: "1" }), 100, "parameter", "fix_and_retry"],
  ];
  for (const [call, code, category, action] of rows) {
    const error = await refusal(world, call());
    assert.deepEqual([error.code, error.category, error.retry.action], [code, category, action], `${code}`);
  }
});

checks.add("131047: free-form text to somebody who never wrote fails by webhook", async (world) => {
  const { wa, phoneNumberId } = world;
  const sent = await wa.messages.sendText({ phoneNumberId, to: "15550003333", body: "hello?" });
  const { errors } = await status(world, sent.messages[0].id, "failed");
  assert.deepEqual(errors.map(({ code }) => code), [131047]);
});

checks.add("131056: too many messages to one person at once", async (world) => {
  const { wa, phoneNumberId } = world;
  const burst = async () => {
    for (let index = 0; index < 100; index += 1) await wa.messages.sendText({ phoneNumberId, to: ANN, body: `${index}` });
  };
  const error = await refusal(world, burst());
  assert.deepEqual([error.code, error.isRateLimit()], [131056, true]);
});

checks.add("media is shown, downloaded and deleted", async ({ wa, phoneNumberId }) => {
  const file = new Blob([PNG], { type: "image/png" });
  const { id } = await wa.media.upload({ phoneNumberId, type: "image/png", file, fileName: "dot.png" });
  const shown = await wa.media.get({ mediaId: id, phoneNumberId });
  assert.deepEqual([shown.id, shown.mimeType], [id, "image/png"]);
  const bytes = await wa.media.download({ mediaId: id, phoneNumberId, auth: "always" });
  assert.deepEqual(Buffer.from(bytes), PNG);
  assert.equal((await wa.media.delete({ mediaId: id, phoneNumberId })).success, true);
});

checks.add("a template is created, listed and deleted", async ({ sandbox, wa, wabaId }) => {
  const created = await wa.templates.create({
    businessAccountId: wabaId,
    name: "order_update",
    language: "en_US",
    category: "UTILITY",
    components: [
      { type: "BODY", text: "Hello {{1}}, your order is on its way.", example: { bodyText: [["Ann"]] } },
      { type: "BUTTONS", buttons: [{ type: "QUICK_REPLY", text: "Thanks" }] },
    ],
  });
  await sandbox.control(`templates/${created.id}/review`, { decision: "approve" });
  const { data } = await wa.templates.list({ businessAccountId: wabaId, status: "APPROVED" });
  const found = data.find(({ id }) => id === created.id);
  assert.deepEqual([found.name, found.category, found.status], ["order_update", "UTILITY", "APPROVED"]);
  assert.equal((await wa.templates.delete({ businessAccountId: wabaId, name: "order_update" })).success, true);
});

checks.add("a number's profile and settings are changed and shown", async ({ wa, phoneNumberId }) => {
  const { businessProfile, settings } = wa.phoneNumbers;
  assert.equal((await businessProfile.update({ phoneNumberId, about: "Plants", websites: ["https://example.com"] })).success, true);
  const { data } = await businessProfile.get({ phoneNumberId });
  assert.deepEqual([data[0].about, data[0].websites], ["Plants", ["https://example.com"]]);
  assert.ok(await settings.get({ phoneNumberId }));
});

checks.add("a number is taken off the platform and registered anew", async ({ wa, phoneNumberId }) => {
  assert.equal((await wa.phoneNumbers.deregister({ phoneNumberId })).success, true);
  assert.equal((await wa.phoneNumbers.register({ phoneNumberId, pin: "123456" })).success, true);
});
