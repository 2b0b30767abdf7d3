"""Drives the sandbox with pywa as it comes from its registry; only its base URL is set.

    pywa_e2e.py GOODSTANDING [--gateway]        (the path of the release binary; with a gateway in between)

Everything goes through pywa's public methods: its parsers read every answer and every webhook, its signature check
is on, and each refusal has to arrive as pywa's own exception class.
"""

from __future__ import annotations

import base64
import dataclasses
import time
import warnings
from collections.abc import Callable
from typing import Any

import httpx
from starlette.applications import Starlette

from harness import WAIT_SECONDS, Checks, Inbox, Sandbox, WebhookServer, main
from pywa import WhatsApp, errors
from pywa.types import MessageStatusType, Pagination, SentMessage
from pywa.types.sent_update import SentTemplateStatus
from pywa.types.templates import (
    BodyText,
    ParamFormat,
    QualityScoreType,
    Template,
    TemplateCategory,
    TemplateLanguage,
    TemplateStatus,
)

VERIFY_TOKEN = "a-verify-token"
ANN = "15550001111"
STRANGER = "15550002222"
UNREACHABLE = "15550003333"
AUDIENCE = [f"1555010{index:04}" for index in range(60)]
HOUR_MS = 3_600_000
PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

check = Checks()


@dataclasses.dataclass
class World:
    """What the checks share, and what earlier ones leave for later ones."""

    sandbox: Sandbox
    wa: WhatsApp
    inbox: Inbox
    webhooks: WebhookServer
    order_template_id: str = ""
    promo_template_id: str = ""

    @property
    def phone_id(self) -> str:
        return self.sandbox.env["PHONE_NUMBER_ID"]

    def feedback(self, sent: SentMessage, signal: str, **more: Any) -> None:
        """What a person does with a message."""
        self.sandbox.control(f"messages/{sent.id}/feedback", signal=signal, **more)

    def status(self, sent: SentMessage, status: MessageStatusType) -> Any:
        """The status webhook of a message, parsed by pywa."""
        what = f"status {status.value} of {sent.id}"
        return self.inbox.expect("status", what, lambda update: (update.id, update.status) == (sent.id, status))

    def template_status(self, template_id: str, status: TemplateStatus) -> Any:
        """The template status webhook, parsed by pywa."""
        fits = lambda update: (update.template_id, update.new_status) == (template_id, status)  # noqa: E731
        return self.inbox.expect("template status", f"{status.value} of template {template_id}", fits)


def client(sandbox: Sandbox, *, token: str | None = None, server: Starlette | None = None) -> WhatsApp:
    """A pywa client whose base URL is the sandbox; nothing else about it is special."""
    env = sandbox.env
    session = sandbox.traffic.watch(httpx.Client(timeout=WAIT_SECONDS, trust_env=False))
    wa = WhatsApp(
        phone_id=env["PHONE_NUMBER_ID"],
        token=token or env["TOKEN"],
        session=session,
        server=server,
        verify_token=VERIFY_TOKEN,
        app_id=int(env["APP_ID"]),
        app_secret=env["APP_SECRET"],
        waba_id=env["WABA_ID"],
        validate_updates=True,
    )
    version = session.base_url.path.strip("/")
    session.base_url = f"{env['BASE_URL'].rstrip('/')}/{version}"
    return wa


def make_world(sandbox: Sandbox) -> World:
    inbox, app = Inbox(), Starlette()
    wa = client(sandbox, server=app)
    wa.on_message(inbox.keep("message"))
    wa.on_message_status(inbox.keep("status"))
    wa.on_template_status_update(inbox.keep("template status"))
    wa.on_template_quality_update(inbox.keep("template quality"))
    wa.on_raw_update(inbox.keep("raw"))
    return World(sandbox=sandbox, wa=wa, inbox=inbox, webhooks=WebhookServer(sandbox.traffic.watch_server(app)))


def refusal(world: World, send: Callable[[], Any]) -> errors.WhatsAppError:
    """How a call is refused: at once, or, for what concerns the person, by a failed status."""
    try:
        sent = send()
    except errors.WhatsAppError as error:
        return error
    return world.status(sent, MessageStatusType.FAILED).error


def expect_refusal(error: errors.WhatsAppError, kind: type[errors.WhatsAppError], code: int) -> None:
    assert type(error) is kind and error.code == code, f"expected {kind.__name__} {code}, got {error!r}"


def order_params(*values: str) -> list[Any]:
    return [BodyText.params(*values)]


def template(name: str, text: str, *samples: str, category: TemplateCategory = TemplateCategory.UTILITY) -> Template:
    return Template(
        name=name,
        category=category,
        language=TemplateLanguage.ENGLISH_US,
        parameter_format=ParamFormat.POSITIONAL,
        components=[BodyText(text, *samples)],
    )


# --- webhooks -------------------------------------------------------------------------------------------------------


@check("the callback URL is verified by pywa's challenge and taken")
def _(world: World) -> None:
    assert world.wa.override_waba_callback_url(callback_url=world.webhooks.url, verify_token=VERIFY_TOKEN).success


@check("a callback URL that fails the challenge is refused")
def _(world: World) -> None:
    error = refusal(
        world,
        lambda: world.wa.override_waba_callback_url(callback_url=world.webhooks.url, verify_token="another token"),
    )
    expect_refusal(error, errors.WhatsAppError, 2200)


@check("pywa refuses a forged webhook: its signature check is on")
def _(world: World) -> None:
    forged = httpx.post(
        world.webhooks.url,
        json={"object": "whatsapp_business_account", "entry": []},
        headers={"X-Hub-Signature-256": "sha256=" + "0" * 64},
        trust_env=False,
    )
    assert forged.status_code == 403, forged.status_code


@check("an inbound message arrives, and is marked as read")
def _(world: World) -> None:
    world.sandbox.control(f"numbers/{world.phone_id}/inbound", **{"from": ANN}, text="hi", name="Ann")
    message = world.inbox.expect("message", "the inbound message", lambda update: update.from_user.wa_id == ANN)
    assert (message.text, message.from_user.name) == ("hi", "Ann"), message
    assert message.metadata.phone_number_id == world.phone_id
    assert world.wa.mark_message_as_read(message_id=message.id).success


# --- media ----------------------------------------------------------------------------------------------------------


@check("a file is uploaded, downloaded by its address and deleted")
def _(world: World) -> None:
    media = world.wa.upload_media(PNG, mime_type="image/png", filename="dot.png")
    assert world.wa.send_image(to=ANN, image=media.id, caption="a dot").id.startswith("wamid.")
    shown = world.wa.get_media_url(media.id)
    assert (shown.mime_type, shown.file_size) == ("image/png", len(PNG)), shown
    assert world.wa.get_media_bytes(shown.url) == PNG
    assert world.wa.delete_media(media.id).success
    expect_refusal(refusal(world, lambda: world.wa.get_media_url(media.id)), errors.WhatsAppError, 100)


@check("a picture that a person sends is downloaded")
def _(world: World) -> None:
    picture = {"data": base64.b64encode(PNG).decode(), "mime_type": "image/png", "caption": "by id"}
    world.sandbox.control(f"numbers/{world.phone_id}/inbound", **{"from": ANN}, image=picture)
    message = world.inbox.expect("message", "the picture", lambda update: update.image and update.caption == "by id")
    assert message.image.get_bytes() == PNG


@check("a picture is downloaded by the address in its webhook")
def _(world: World) -> None:
    media = world.wa.upload_media(PNG, mime_type="image/png", filename="dot.png")
    address = httpx.get(
        f"{world.sandbox.platform['BASE_URL']}/{media.id}",
        headers={"Authorization": f"Bearer {world.sandbox.platform['TOKEN']}"},
        trust_env=False,
    ).json()
    image = {key: address[key] for key in ("id", "url", "mime_type", "sha256")} | {"caption": "by address"}
    user_id = world.inbox.expect("message", "any message of hers", lambda update: update.from_user.wa_id == ANN).from_user.bsuid
    message = {"from": ANN, "from_user_id": user_id, "id": "wamid.by-address", "timestamp": str(int(time.time())), "type": "image", "image": image}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": world.phone_id},
        "contacts": [{"profile": {"name": "Ann"}, "wa_id": ANN, "user_id": user_id}],
        "messages": [message],
    }
    world.sandbox.control("emit", field="messages", value=value)
    arrived = world.inbox.expect("message", "the picture", lambda update: update.image and update.caption == "by address")
    assert arrived.image.url == arrived.image.get_media_url(), arrived.image
    assert arrived.image.get_bytes() == PNG
    assert arrived.image.sha256 == image["sha256"], arrived.image


# --- messages -------------------------------------------------------------------------------------------------------


@check("a text inside the service window is sent, delivered and read")
def _(world: World) -> None:
    sent = world.wa.send_message(to=ANN, text="Hello Ann, grüß dich / welcome", tracker="thread-1")
    assert sent.id.startswith("wamid.") and sent.input == ANN, sent
    world.feedback(sent, "delivered")
    world.feedback(sent, "read")
    for status in (MessageStatusType.SENT, MessageStatusType.DELIVERED, MessageStatusType.READ):
        update = world.status(sent, status)
        assert (update.from_user.wa_id, update.tracker, update.error) == (ANN, "thread-1", None), update


@check("an approved template is sent to a person who never wrote")
def _(world: World) -> None:
    sent = world.wa.send_template(to=STRANGER, name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[])
    assert sent.status == SentTemplateStatus.ACCEPTED, sent
    assert world.status(sent, MessageStatusType.SENT).pricing is not None


@check("131026: a person who cannot be reached is MessageUndeliverable, by a failed status")
def _(world: World) -> None:
    sent = world.wa.send_template(to=UNREACHABLE, name="hello_world", language=TemplateLanguage.ENGLISH_US, params=[])
    world.feedback(sent, "fail", code=131026)
    expect_refusal(world.status(sent, MessageStatusType.FAILED).error, errors.MessageUndeliverable, 131026)


@check("131047: free-form text outside the service window is ReEngagementMessage")
def _(world: World) -> None:
    error = refusal(world, lambda: world.wa.send_message(to=STRANGER, text="hello?"))
    expect_refusal(error, errors.ReEngagementMessage, 131047)


@check("131056: too many messages to one person is TooManyMessages")
def _(world: World) -> None:
    def burst() -> None:
        for number in range(100):
            world.wa.send_message(to=ANN, text=f"message {number}")

    try:
        burst()
    except errors.WhatsAppError as error:
        expect_refusal(error, errors.TooManyMessages, 131056)
    else:
        raise AssertionError("100 messages at once to one person were all accepted")


# --- templates ------------------------------------------------------------------------------------------------------


@check("templates are listed and filtered")
def _(world: World) -> None:
    listed = world.wa.get_templates()
    assert listed.total_count >= 1
    hello = next(item for item in listed if item.name == "hello_world")
    assert (hello.status, hello.language) == (TemplateStatus.APPROVED, TemplateLanguage.ENGLISH_US), hello
    assert world.wa.get_template(hello.id).name == "hello_world"
    approved = world.wa.get_templates(statuses=[TemplateStatus.APPROVED], name="hello_world")
    assert [item.id for item in approved] == [hello.id]
    assert list(world.wa.get_templates(statuses=[TemplateStatus.REJECTED])) == []


@check("a template is created, waits for its review, and is approved")
def _(world: World) -> None:
    text = "Hello {{1}}, your order {{2}} is on its way to you and comes tomorrow."
    created = world.wa.create_template(template("order_update", text, "Ann", "1234"))
    assert (created.status, created.category) == (TemplateStatus.PENDING, TemplateCategory.UTILITY), created
    world.order_template_id = created.id
    world.sandbox.control(f"templates/{created.id}/review", decision="approve")
    update = world.template_status(created.id, TemplateStatus.APPROVED)
    assert (update.template_name, update.template_language) == ("order_update", TemplateLanguage.ENGLISH_US), update
    sent = world.wa.send_template(
        to=STRANGER,
        name="order_update",
        language=TemplateLanguage.ENGLISH_US,
        params=order_params("Sam", "42"),
    )
    world.status(sent, MessageStatusType.SENT)


@check("a rejected template says why")
def _(world: World) -> None:
    text = "Hello {{1}}, there is something new for you in our shop today."
    created = world.wa.create_template(template("shop_news", text, "Ann", category=TemplateCategory.MARKETING))
    world.promo_template_id = created.id
    world.sandbox.control(f"templates/{created.id}/review", decision="reject", reason="INVALID_FORMAT")
    update = world.template_status(created.id, TemplateStatus.REJECTED)
    assert update.reason is not None and update.reason.value == "INVALID_FORMAT", update
    listed = world.wa.get_templates(statuses=[TemplateStatus.REJECTED])
    assert [item.id for item in listed] == [created.id]


@check("a rejected template is edited and approved")
def _(world: World) -> None:
    # A review takes a while: of two facts of one second a sender has to keep the more cautious one.
    world.sandbox.control("clock/advance", by_ms=60_000, wait="webhooks")
    text = "Hello {{1}}, the spring collection has arrived in our shop in town."
    updated = world.wa.update_template(world.promo_template_id, new_components=[BodyText(text, "Ann")])
    assert updated.success, updated
    world.sandbox.control(f"templates/{world.promo_template_id}/review", decision="approve")
    world.template_status(world.promo_template_id, TemplateStatus.APPROVED)


@check("templates are listed page by page")
def _(world: World) -> None:
    page = world.wa.get_templates(pagination=Pagination(limit=1))
    names = [item.name for item in page]
    # Its own `next` breaks off with a TypeError for templates; the address of the page is in the answer all the same.
    while page.has_next:
        page = world.wa.get_templates(pagination=Pagination(limit=1, after=page.after))
        names += [item.name for item in page]
    assert sorted(names) == ["hello_world", "order_update", "shop_news"], names


@check("100: a template that begins with a placeholder is refused at creation")
def _(world: World) -> None:
    error = refusal(world, lambda: world.wa.create_template(template("bad_start", "{{1}}, your order is here.", "Ann")))
    expect_refusal(error, errors.WhatsAppError, 100)
    assert error.subcode is not None, error


@check("100: an unknown object is an invalid parameter")
def _(world: World) -> None:
    error = refusal(world, lambda: world.wa.get_business_phone_number(phone_id="1"))
    expect_refusal(error, errors.WhatsAppError, 100)
    assert error.subcode == 33, error


@check("132001: an unknown template is TemplateNotExists")
def _(world: World) -> None:
    send = lambda: world.wa.send_template(  # noqa: E731
        to=STRANGER, name="no_such_template", language=TemplateLanguage.ENGLISH_US, params=[]
    )
    expect_refusal(refusal(world, send), errors.TemplateNotExists, 132001)


@check("132000: a missing parameter is TemplateParamCountMismatch")
def _(world: World) -> None:
    send = lambda: world.wa.send_template(  # noqa: E731
        to=STRANGER, name="order_update", language=TemplateLanguage.ENGLISH_US, params=order_params("Sam")
    )
    expect_refusal(refusal(world, send), errors.TemplateParamCountMismatch, 132000)


@check("190: a wrong token is ExpiredAccessToken")
def _(world: World) -> None:
    stranger = client(world.sandbox, token="not-a-token")
    expect_refusal(refusal(world, stranger.get_business_phone_number), errors.ExpiredAccessToken, 190)


# --- quality --------------------------------------------------------------------------------------------------------


@check("a number in good standing shows its quality, status and limit")
def _(world: World) -> None:
    number = world.wa.get_business_phone_number()
    assert number.quality_rating in ("UNKNOWN", "GREEN") and number.quality_score["score"] == number.quality_rating
    assert number.status == "CONNECTED", number
    assert number.whatsapp_business_manager_messaging_limit == "TIER_1K", number
    assert [item.id for item in world.wa.get_business_phone_numbers()] == [world.phone_id]


@check("blocked again and again, a template turns RED and is paused")
def _(world: World) -> None:
    for person in AUDIENCE:
        try:
            sent = world.wa.send_template(
                to=person, name="shop_news", language=TemplateLanguage.ENGLISH_US, params=order_params("you")
            )
        except errors.TemplatePaused:
            break
        world.feedback(sent, "delivered")
        world.feedback(sent, "block", reason="SPAM")
    fits = lambda update: update.new_quality_score == QualityScoreType.RED  # noqa: E731
    quality = world.inbox.expect("template quality", "the template's RED", fits)
    assert quality.template_id == world.promo_template_id, quality
    paused = world.template_status(world.promo_template_id, TemplateStatus.PAUSED)
    assert paused.other_info is not None and paused.other_info.title == "FIRST_PAUSE", paused
    shown = world.wa.get_template(world.promo_template_id)
    assert shown.status == TemplateStatus.PAUSED, shown


@check("132015: a paused template is TemplatePaused")
def _(world: World) -> None:
    send = lambda: world.wa.send_template(  # noqa: E731
        to=STRANGER, name="shop_news", language=TemplateLanguage.ENGLISH_US, params=order_params("Sam")
    )
    expect_refusal(refusal(world, send), errors.TemplatePaused, 132015)


@check("the number is RED and FLAGGED, and says so by webhook")
def _(world: World) -> None:
    number = world.wa.get_business_phone_number()
    assert (number.quality_rating, number.status) == ("RED", "FLAGGED"), number
    fits = lambda update: update.field == "phone_number_quality_update" and update.value["event"] == "FLAGGED"  # noqa: E731
    world.inbox.expect("raw", "phone_number_quality_update", fits)


@check("three hours later the pause is over")
def _(world: World) -> None:
    world.sandbox.control("clock/advance", by_ms=3 * HOUR_MS + 1_000, wait="webhooks")
    sent = world.wa.send_template(
        to=STRANGER, name="shop_news", language=TemplateLanguage.ENGLISH_US, params=order_params("Sam")
    )
    assert sent.status == SentTemplateStatus.ACCEPTED, sent


# --- the address ----------------------------------------------------------------------------------------------------


@check("no request, answer or webhook led to another host")
def _(world: World) -> None:
    traffic = world.sandbox.traffic
    assert traffic.requests > 50 and traffic.webhooks > 50, (traffic.requests, traffic.webhooks)
    assert traffic.led_away == [], "\n".join(traffic.led_away[:10])


if __name__ == "__main__":
    warnings.simplefilter("error", errors.PywaUnknownEnumMemberWarning)
    main(check, make_world)
