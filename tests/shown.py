"""Python code of a documentation page, imported as a module of an app."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from jobs import registry


@contextmanager
def module_of(page: str, folder: Path) -> Iterator[ModuleType]:
    """Load it as a module of an installed app; the job types that it declares go afterwards."""
    file = folder / "shown.py"
    file.write_text("\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL)))
    spec = importlib.util.spec_from_file_location("tests.jobtypes.shown", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = dict(registry._types)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        yield module
    finally:
        registry._types.clear()
        registry._types.update(before)
        del sys.modules[spec.name]
