"""Start JupyterLab for a test and drive it in Debian's chromium, as a person would."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Locator, Page, Request, Route, sync_playwright

from coursekit.course import REPOSITORY

CHROMIUM = shutil.which("chromium")


def _why_no_browser() -> str | None:
    """Return what a browser test lacks here, and what brings it; None if it can run."""
    if CHROMIUM is None:
        return "there is no chromium (apt-get install chromium)"
    node = compute_driver_executable()[0]
    if subprocess.run([node, "--version"], capture_output=True).returncode:
        return "Playwright's driver does not start (apt-get install libatomic1)"
    return None


WHY_NO_BROWSER = _why_no_browser()

_TOKEN = "a-token-for-tests"

_CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running JupyterLab."""

    port: int

    def url(self, path: str) -> str:
        """Return the address of a page ("lab/tree/a.ipynb"; "" is what opens), with the token."""
        return f"http://127.0.0.1:{self.port}/{quote(path)}?token={_TOKEN}"


@contextmanager
def jupyter_server(folder: Path, private: Path, page: str = "/lab") -> Iterator[Server]:
    """Run scripts/jupyter.sh, as `make lab` and `make formgrader` do, on a free loopback port.

    Nothing of the person's own Jupyter settings is read or changed: those lie in `private`, with
    the server's log. Raises `AssertionError` with the log's end when the server does not come up.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(str(REPOSITORY / "scripts" / "jupyter.sh"), str(folder), page),
        "--no-browser",
        "--expose-app-in-browser",
        f"--IdentityProvider.token={_TOKEN}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
    ]
    private.mkdir(parents=True, exist_ok=True)
    log = private / "jupyter.log"
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            command,
            env=_environment(private),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
    try:
        server = Server(port)
        _wait_until_up(server, process, log)
        yield server
    finally:
        process.terminate()  # it ends its kernels and itself
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _environment(private: Path) -> dict[str, str]:
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    return inherited | {name: str(private / at) for name, at in own.items()}


def _wait_until_up(server: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(server.url("api/status"), timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"JupyterLab did not come up:\n{log.read_text()[-3000:]}")


@contextmanager
def browser_page(theme: str = "light") -> Iterator[tuple[Page, list[str]]]:
    """Open a headless browser; yield its page and the list of addresses elsewhere it asked for.

    Requests that leave this machine are refused, and noted: a course must work without a network.
    """
    elsewhere: list[str] = []

    def is_elsewhere(address: str) -> bool:
        return address.startswith("http") and not address.startswith("http://127.0.0.1:")

    def refuse(route: Route, request: Request) -> None:
        elsewhere.append(request.url)
        route.abort()

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, headless=True, args=_CHROMIUM_OPTIONS
        )
        page = browser.new_page(
            viewport={"width": 1400, "height": 900},
            color_scheme="dark" if theme == "dark" else "light",
        )
        page.set_default_timeout(60_000)
        page.route(is_elsewhere, refuse)
        try:
            yield page, elsewhere
        finally:
            browser.close()


class Notebook:
    """A notebook open in JupyterLab."""

    def __init__(self, page: Page, server: Server, name: str) -> None:
        """Open `name` (relative to the server's folder) and wait for its kernel."""
        self.page = page
        page.goto(server.url(f"lab/tree/{name}") + "&reset")  # not what was open before
        page.wait_for_function(_IS_READY, arg=name)

    def run_all_cells(self, timeout: float) -> None:
        """Choose Run > Run All Cells and wait, at most `timeout` seconds, until all is done."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_function(_HAS_RUN, timeout=timeout * 1000, polling=250)

    def run_above(self, cell_id: str) -> None:
        """Run all cells above `cell_id` and wait until the last of them is done."""
        self.show(cell_id)
        self.menu("Run", "Run All Above Selected Cell")
        self.page.wait_for_function(_ABOVE_HAS_RUN, arg=cell_id)

    def menu(self, name: str, entry: str) -> None:
        """Click `entry` in the menu called `name`."""
        self.page.locator(".lm-MenuBar-item", has_text=name).first.click()
        self.page.locator(".lm-Menu-item").get_by_text(entry, exact=True).click()

    def outputs(self) -> list[tuple[str, dict[str, Any]]]:
        """Return (cell id, output) of all cells, first to last, as the file will hold them."""
        found: list[tuple[str, dict[str, Any]]] = self.page.evaluate(_OUTPUTS)
        return found

    def show(self, cell_id: str) -> Locator:
        """Scroll to a cell and return it."""
        self.page.evaluate(_SHOW, cell_id)
        cell = self.page.locator(".jp-Cell.jp-mod-selected")
        cell.wait_for()
        return cell

    def run_cell(self, cell_id: str) -> Locator:
        """Run one cell with Control+Enter, wait for its end and return it."""
        cell = self.show(cell_id)
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(_CELL_HAS_RUN, arg=cell_id)
        return cell

    def type_into(self, cell_id: str, text: str) -> None:
        """Replace the text of a cell, as one does with Enter, Control+A and a paste."""
        editor = self.show(cell_id).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)
        self.page.keyboard.press("Escape")
        written = self.page.evaluate(_SOURCE, cell_id)
        assert written == text, f"the editor made {written!r} of it"

    def validate(self, timeout: float) -> str:
        """Press nbgrader's Validate button, wait for its answer and return that."""
        self.page.get_by_role("button", name="Validate").click()
        answer = self.page.locator(".jp-Dialog-content")
        answer.wait_for(timeout=timeout * 1000)
        return answer.inner_text()

    def close_dialog(self) -> None:
        """Press a dialog's default button."""
        self.page.locator(".jp-Dialog-button.jp-mod-accept").click()
        self.page.locator(".jp-Dialog").wait_for(state="detached")

    def use_theme(self, name: str) -> None:
        """Change JupyterLab's theme: "JupyterLab Light" or "JupyterLab Dark"."""
        self.page.evaluate(_USE_THEME, name)
        self.page.locator(f'body[data-jp-theme-name="{name}"]').wait_for(state="attached")


_USE_THEME = "name => jupyterapp.commands.execute('apputils:change-theme', { theme: name })"

_CELLS = "jupyterapp.shell.currentWidget.content.widgets"

_IS_READY = """name => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.path === name && panel.content?.widgets?.length > 0
        && panel.sessionContext?.session?.kernel?.status === 'idle';
}"""

_HAS_RUN = f"""() => {{
    const code = {_CELLS}.map(cell => cell.model).filter(cell => cell.type === 'code');
    return code.every(cell => cell.executionState === 'idle'
        && (cell.executionCount !== null || !cell.sharedModel.source.trim()));
}}"""

_ABOVE_HAS_RUN = f"""id => {{
    const cells = {_CELLS}.map(cell => cell.model);
    return cells.slice(0, cells.findIndex(cell => cell.id === id))
        .filter(cell => cell.type === 'code' && cell.sharedModel.source.trim())
        .every(cell => cell.executionState === 'idle' && cell.executionCount !== null);
}}"""

_OUTPUTS = f"""() => {_CELLS}.flatMap(cell =>
    (cell.model.outputs?.toJSON() ?? []).map(output => [cell.model.id, output]))"""

_SOURCE = f"id => {_CELLS}.find(cell => cell.model.id === id).model.sharedModel.source"

_SHOW = f"""async id => {{
    const notebook = jupyterapp.shell.currentWidget.content;
    const index = {_CELLS}.findIndex(cell => cell.model.id === id);
    notebook.activeCellIndex = index;
    notebook.deselectAll();
    await notebook.scrollToItem(index, 'start');
    notebook.node.focus();
}}"""

_CELL_HAS_RUN = f"""id => {{
    const cell = {_CELLS}.find(cell => cell.model.id === id).model;
    return cell.executionState === 'idle' && cell.executionCount !== null;
}}"""
