"""A web host that serves the add-in as files, and nothing else."""

from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.staticfiles import StaticFiles

from excel_addin import wire
from excel_addin.static import site
from tests.addin.browser import MODULES, OFFICE
from tests.addin.serving import served

HERE = "/office/office.js"


class Host:
    """A web host of files, under the policy that the page names; it remembers what it was asked."""

    def __init__(self, folder):
        self.app = Starlette()
        self.app.mount("/office", StaticFiles(directory=OFFICE))
        self.app.mount("/", StaticFiles(directory=folder, html=True))
        self.asked = []

    async def __call__(self, scope, receive, send):
        async def told(message):
            if message["type"] == "http.response.start":
                policy = wire.policy(HERE, is_alone=True).encode()
                message["headers"].append((b"content-security-policy", policy))
            await send(message)

        if scope["type"] == "http":
            self.asked.append((scope["method"], scope["path"]))
        await self.app(scope, receive, told)


@contextmanager
def hosted(folder):
    """Write the add-in with Microsoft's library from the test's own packages, and serve it."""
    for name, content in site("http://localhost", MODULES / "pyodide", office=HERE):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    host = Host(folder)
    with served(host) as port:
        yield f"http://localhost:{port}", host
