"""An installation without a secret key creates its own."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config import secret_key


def test_the_secret_key_is_permanent_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret-key"
    first = secret_key.read_or_create(path)
    assert len(first) >= 64
    assert secret_key.read_or_create(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_processes_that_start_together_read_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(secret_key.read_or_create, [tmp_path / "secret-key"] * 32))
    assert len(found) == 1
