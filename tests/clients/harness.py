"""What an end-to-end test of a client needs: the sandbox as a child process, a webhook server, and a list of checks.

Knows nothing of what is checked. Needs no environment variable and no free port: both sides listen on loopback, port 0.
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

    def _read_env(self) -> dict[str, str] | None:
        if self._process.poll() is not None:
            raise RuntimeError(f"the sandbox ended with exit code {self._process.returncode}:\n{self.log()}")
        if not self._env_file.exists():
            return None
        words = shlex.split(self._env_file.read_text(), comments=True)
        env = dict(word.split("=", 1) for word in words if "=" in word)
        return env if all(env.get(key) for key in ENV_KEYS) else None

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
    """Starts the sandbox that the command line names, runs the checks, ends with exit code 0 if all passed."""
    if len(sys.argv) != 2:
        sys.exit(f"usage: {sys.argv[0]} GOODSTANDING")
    with tempfile.TemporaryDirectory() as folder:
        sandbox = Sandbox(sys.argv[1], pathlib.Path(folder))
        try:
            world = make_world(sandbox)
            passed = checks.run(world)
        finally:
            sandbox.stop()
        if not passed:
            print(f"the sandbox said last:\n{sandbox.log()}", file=sys.stderr)
            sys.exit(1)
