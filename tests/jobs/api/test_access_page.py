"""The examples of docs/access.md work as shown."""

import json
import re

from jobs.models.tenants import SCOPES
from jobs.tenancy import rls_migrations
from jobs.tenancy.rls_migrations import ROLE_MISSING
from tests.people import Person
from tests.programs import PROJECT

PAGE = (PROJECT / "docs" / "access.md").read_text()


def test_the_call_of_the_page_creates_an_api_key(owner: Person) -> None:
    [(method, path, body)] = re.findall(r"-X (\w+) \"\$URL(\S+)\".*?-d '(.*?)'", PAGE, re.DOTALL)
    owner.user.api_keys.update(scopes=["admin"])
    response = owner.client.generic(method, path, body, content_type="application/json")
    assert response.status_code == 201
    assert response.json()["scopes"] == json.loads(body)["scopes"]


def test_the_table_of_the_page_lists_every_scope() -> None:
    assert re.findall(r"^\| `([a-z:]+)` \|", PAGE, re.MULTILINE) == list(SCOPES)


def test_the_page_shows_the_statements_that_the_migration_asks_for() -> None:
    [shown] = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    asked = ROLE_MISSING.format(account='"app"').splitlines()
    assert shown.splitlines() == [line.strip() for line in asked if line.endswith(";")]


def test_the_operations_for_a_new_table_work_as_shown() -> None:
    [shown] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, list[rls_migrations.Isolate]] = {}
    exec(shown, vars(rls_migrations).copy(), made)
    assert [operation.model for operation in made["operations"]] == ["app.Model", "app.Part"]
    assert made["operations"][0].visible == rls_migrations.OURS
