"""The bridge as text: a student's kernel does not see this package, so it is sent there."""

from pathlib import Path

PACKAGE = "coursekit_bridge"
"""What the bridge's package is called in the kernel."""

_MODULES = ("wire", "changes", "hints", "switches", "bridge", "torch_values", "torch_bridge")
"""The modules that the kernel gets; those for torch are imported when torch is."""

_INSTALL = '''
import importlib.abc, importlib.machinery, sys

class _Texts(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Finds modules in a dict."""
    def __init__(self, texts):
        self.texts = texts
    def find_spec(self, name, path=None, target=None):
        if name in self.texts:
            is_package = name == {package!r}
            return importlib.machinery.ModuleSpec(name, self, is_package=is_package)
    def get_source(self, name):
        return None
    def get_code(self, name):
        return compile(self.texts[name], f"<{{name}}>", "exec")

sys.meta_path.insert(0, _Texts({texts!r}))
import {package}.bridge
{package}.bridge.make_ready()
'''


def bundle() -> str:
    """Return a program that brings the bridge into a fresh kernel and leaves no name there."""
    folder = Path(__file__).parent
    texts = {PACKAGE: ""}
    for name in _MODULES:
        path = folder / f"{name}.py"
        if path.exists():
            texts[f"{PACKAGE}.{name}"] = path.read_text(encoding="utf-8")
    return f"exec({_INSTALL.format(package=PACKAGE, texts=texts)!r}, {{}})"


def serve_command(path: str) -> str:
    """Return the statement that makes a kernel answer the judge at the Unix socket `path`."""
    return f"__import__('sys').modules['{PACKAGE}.bridge'].serve_notebook({path!r})"


def hints_command() -> str:
    """Return the statement that makes a kernel print what was replaced in it."""
    return f"__import__('sys').modules['{PACKAGE}.bridge'].show_hints()"
