"""What an end-to-end test of a client needs: the sandbox as a child process, on request a gateway in front of it, a webhook
server, and a list of checks.

Knows nothing of what is checked. Needs no environment variable and no free port: all sides listen on loopback, port 0.
"""

from __future__ import annotations

import collections
import pathlib
import shlex
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import uvicorn

WAIT_SECONDS = 20.0
"""How long anything may take that should happen at once; generous, because two cores may be busy."""

GATEWAY_CONFIG = """
[[apps]]
name = "main"
secrets = [{{ file = "app-secret" }}]
verify_token = {{ file = "verify-token" }}
[[portfolios]]
name = "shop"
app = "main"
edition = "2023-per-number"
token = {{ file = "token" }}
accounts = [{{ id = "{waba}" }}]
# What an account is kept from beside the platform's rules would be seen by its client.
[policy]
first_day_permille = 1000
reserve_permille = 0
repetition_ms = 0
stop_on_drop = false
"""

ENV_KEYS = ("BASE_URL", "PHONE_NUMBER_ID", "WABA_ID", "APP_ID", "TOKEN", "APP_SECRET", "CONTROL_URL")


def wait_until(what: str, ready: Callable[[], Any]) -> Any:
    """Asks `ready` until it answers with something true, and gives that."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (answer := ready()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: nothing after {WAIT_SECONDS:.0f} s")
        time.sleep(0.02)
    return answer


class Sandbox:
    """`goodstanding sandbox` as a child process that forgets everything at its end."""

    def __init__(self, binary: str, folder: pathlib.Path, *arguments: str) -> None:
        self._env_file = folder / "sandbox.env"
        self._log = folder / "sandbox.log"
        command = [binary, "sandbox", "--listen", "127.0.0.1:0", "--ephemeral", "--seed", "7", "--set", "recipients.user_ids=true"]
        command += ["--env-file", str(self._env_file), *arguments]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        self.env: dict[str, str] = wait_until("the sandbox's env file", self._read_env)
        self._control = httpx.Client(base_url=self.env["CONTROL_URL"], timeout=WAIT_SECONDS, trust_env=False)
        self.platform = self.env
        """The same for whoever goes to the sandbox directly; `env` is what clients are told."""
        self.traffic = Traffic(self.env["BASE_URL"], None)

    def _read_env(self) -> dict[str, str] | None:
        if self._process.poll() is not None:
            raise RuntimeError(f"the sandbox ended with exit code {self._process.returncode}:\n{self.log()}")
        return read_env(self._env_file, ENV_KEYS)

    def control(self, path: str, **body: Any) -> Any:
        """Asks the control API for a change."""
        answer = self._control.post(path, json=body)
        if answer.is_error:
            raise RuntimeError(f"POST {path} {body}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def log(self) -> str:
        """What the sandbox printed last."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-40:])

    def stop(self) -> int:
        """Asks it to end; its exit code."""
        self._control.close()
        self._process.terminate()
        try:
            return self._process.wait(WAIT_SECONDS)
        finally:
            self._process.kill()


class BehindGateway(Sandbox):
    """A sandbox with `goodstanding gateway` in front of it: `env` leads to the gateway, `control` to the sandbox."""

    def __init__(self, binary: str, folder: pathlib.Path, *arguments: str) -> None:
        super().__init__(binary, folder, *arguments)
        try:
            self._stand_in_front(binary, folder)
        except BaseException:
            super().stop()
            raise

    def _stand_in_front(self, binary: str, folder: pathlib.Path) -> None:
        platform, verify_token = self.platform, "what the platform must know"
        for name, secret in (("app-secret", platform["APP_SECRET"]), ("token", platform["TOKEN"]), ("verify-token", verify_token)):
            (folder / name).write_text(secret + "\n")
        config, env_file = folder / "gateway.toml", folder / "gateway.env"
        config.write_text(GATEWAY_CONFIG.format(waba=platform["WABA_ID"]))
        self._gateway_log = folder / "gateway.log"
        command = [binary, "gateway", "--config", str(config), "--listen", "127.0.0.1:0", "--ephemeral"]
        command += ["--upstream", platform["BASE_URL"], "--follow-clock", platform["CONTROL_URL"], "--env-file", str(env_file)]
        with self._gateway_log.open("wb") as log:
            self._gateway = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        own = wait_until("the gateway's env file", lambda: self._gateway_env(env_file))
        self.env = {**platform, "BASE_URL": own["GATEWAY_URL"], "TOKEN": own["GATEWAY_TOKEN"]}
        self.traffic = Traffic(own["GATEWAY_URL"], platform["BASE_URL"])
        hooks = {"override_callback_uri": f"{own['GATEWAY_URL']}/webhooks/main", "verify_token": verify_token}
        with httpx.Client(timeout=WAIT_SECONDS, trust_env=False) as http:
            subscribe = f"{platform['BASE_URL']}/{platform['WABA_ID']}/subscribed_apps"
            http.post(subscribe, json=hooks, headers={"Authorization": f"Bearer {platform['TOKEN']}"}).raise_for_status()
            poll = http.post(f"{own['GATEWAY_URL']}/v1/poll", headers={"Authorization": f"Bearer {own['GATEWAY_TOKEN']}"})
            assert poll.json() == {"well": True}, poll.text

    def _gateway_env(self, file: pathlib.Path) -> dict[str, str] | None:
        if self._gateway.poll() is not None:
            raise RuntimeError(f"the gateway ended with exit code {self._gateway.returncode}:\n{self.log()}")
        return read_env(file, ("GATEWAY_URL", "GATEWAY_TOKEN"))

    def log(self) -> str:
        """What both printed last."""
        gateway = self._gateway_log.read_text(errors="replace").splitlines()[-40:]
        return "\n".join([super().log(), "and the gateway:", *gateway])

    def stop(self) -> int:
        """Asks both to end; the gateway's exit code if it is not 0."""
        self._gateway.terminate()
        try:
            ended = self._gateway.wait(WAIT_SECONDS)
        finally:
            self._gateway.kill()
            platform = super().stop()
        return ended or platform


class Traffic:
    """What a client asks and is told. With a gateway in between nothing goes past it, and nothing names what is behind."""

    def __init__(self, front: str, behind: str | None) -> None:
        self._front, self._behind = front, behind and behind.split("//")[1].encode()
        self.requests, self.webhooks, self.led_away = 0, 0, list[str]()

    def watch(self, session: httpx.Client) -> httpx.Client:
        """The same session with all that goes through it looked at."""
        session.event_hooks = {"request": [self._asked], "response": [self._told]}
        return session

    def _asked(self, request: httpx.Request) -> None:
        self.requests += 1
        if not str(request.url).startswith(self._front + "/"):
            self.led_away.append(f"{request.method} {request.url}")

    def _told(self, response: httpx.Response) -> None:
        head = "".join(f"{name}: {value}\n" for name, value in response.headers.items()).encode()
        self._look(f"the answer to {response.request.method} {response.request.url}", head + response.read())

    def _look(self, what: str, text: bytes) -> None:
        if self._behind and self._behind in text:
            self.led_away.append(f"{what}: {text[:500]!r}")

    def watch_server(self, app: Any) -> Any:
        """The same ASGI application with every body that comes in looked at."""

        async def watched(scope: Any, receive: Any, send: Any) -> None:
            body = b""

            async def looked_at() -> Any:
                nonlocal body
                part = await receive()
                body += part.get("body", b"")
                if part["type"] == "http.request" and not part.get("more_body"):
                    self.webhooks += 1
                    self._look("a webhook", body)
                return part

            await app(scope, looked_at, send)

        return watched


def read_env(file: pathlib.Path, keys: tuple[str, ...]) -> dict[str, str] | None:
    """The shell assignments of a file; none while it is not there or a key is missing."""
    if not file.exists():
        return None
    words = shlex.split(file.read_text(), comments=True)
    env = dict(word.split("=", 1) for word in words if "=" in word)
    return env if all(env.get(key) for key in keys) else None


class WebhookServer:
    """An ASGI application on a loopback port of its own, in a thread."""

    def __init__(self, app: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        wait_until("the webhook server", lambda: self._server.started)

    def stop(self) -> None:
        """Ends it."""
        self._server.should_exit = True
        self._thread.join(WAIT_SECONDS)


class Inbox:
    """What arrived by webhook, by kind, in order of arrival."""

    def __init__(self) -> None:
        self._arrived: dict[str, list[Any]] = collections.defaultdict(list)
        self._changed = threading.Condition()

    def keep(self, kind: str) -> Callable[[Any, Any], None]:
        """A handler that keeps every update it is called with."""

        def handler(_client: Any, update: Any) -> None:
            with self._changed:
                self._arrived[kind].append(update)
                self._changed.notify_all()

        return handler

    def expect(self, kind: str, what: str, fits: Callable[[Any], bool]) -> Any:
        """The first update of `kind` that fits; waits for it."""

        def first() -> Any:
            return next((update for update in self._arrived[kind] if fits(update)), None)

        with self._changed:
            found = self._changed.wait_for(lambda: first() is not None, WAIT_SECONDS)
            if not found:
                last = "\n".join(str(update)[:300] for update in self._arrived[kind][-5:])
                raise TimeoutError(f"{what} did not arrive; the last of {kind}:\n{last}")
            return first()


class Checks:
    """Runs checks in the order in which they are declared: one line each, and the sum at the end."""

    def __init__(self) -> None:
        self._all: list[tuple[str, Callable[..., None]]] = []

    def __call__(self, name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
        def declare(function: Callable[..., None]) -> Callable[..., None]:
            self._all.append((name, function))
            return function

        return declare

    def run(self, world: Any) -> bool:
        """True when every check passed. A check that failed does not keep the next from running."""
        failed = 0
        for name, function in self._all:
            try:
                function(world)
                print(f"ok    {name}", flush=True)
            except Exception:  # noqa: BLE001 - whatever goes wrong in a check is that check's failure
                failed += 1
                print(f"FAIL  {name}\n{traceback.format_exc()}", flush=True)
        print(f"{len(self._all) - failed} passed, {failed} failed", flush=True)
        return failed == 0


def main(checks: Checks, make_world: Callable[[Sandbox], Any]) -> None:
    """Starts the sandbox that the command line names, and with --gateway a gateway in front of it; runs the checks, ends with
    exit code 0 if all passed."""
    arguments = sys.argv[1:]
    behind = "--gateway" in arguments
    binaries = [argument for argument in arguments if argument != "--gateway"]
    if len(binaries) != 1:
        sys.exit(f"usage: {sys.argv[0]} GOODSTANDING [--gateway]")
    with tempfile.TemporaryDirectory() as folder:
        sandbox = (BehindGateway if behind else Sandbox)(binaries[0], pathlib.Path(folder))
        try:
            world = make_world(sandbox)
            passed = checks.run(world)
        finally:
            sandbox.stop()
        if not passed:
            print(f"the sandbox said last:\n{sandbox.log()}", file=sys.stderr)
            sys.exit(1)
