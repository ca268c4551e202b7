"""Windows as xlwings sees it when it is imported: pywin32 without anything behind it."""

import ctypes
import sys
import zoneinfo  # noqa: F401  (asks which system it is on, before the answer changes)
from types import ModuleType
from unittest.mock import MagicMock

import click  # noqa: F401  (likewise)

MODULES = (
    *("pythoncom", "pywintypes", "winreg", "win32com", "win32com.client", "win32com.server"),
    *("win32com.client.dynamic", "win32com.server.util", "win32com.server.policy"),
    *("win32com.server.dispatcher", "win32api", "win32event", "win32con", "win32gui"),
    *("win32process", "win32timezone"),
)
NOT_NEEDED = ("pandas", "numpy", "polars", "matplotlib", "PIL")
CLASSES = ("CDispatch", "CoClassBaseClass", "DispatchBaseClass", "TimeType", "DesignatedWrapPolicy")


class Stub(ModuleType):
    """A module that has whatever is asked of it."""

    __path__ = ()

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {}) if name in CLASSES else MagicMock(name=name)
        setattr(self, name, made)
        return made


def pretend():
    """Let this process take itself for Python on Windows with pywin32."""
    sys.modules.update({name: Stub(name) for name in MODULES})
    sys.modules.update(dict.fromkeys(NOT_NEEDED))
    sys.modules["pywintypes"].com_error = type("com_error", (Exception,), {})
    sys.modules["pythoncom"].__file__ = "pythoncom.dll"
    ctypes.oledll = ctypes.windll = ctypes.PyDLL = MagicMock()
    sys.platform = "win32"
