"""What docs/access.md shows works as it is shown."""

import json
import re

from jobs import policies
from jobs.policies import ROLE_MISSING
from jobs.tenancy import SCOPES
from tests.people import Person
from tests.structure.test_architecture import PROJECT

PAGE = (PROJECT / "docs" / "access.md").read_text()


def test_the_call_that_makes_a_key_makes_one(owner: Person) -> None:
    [(method, path, body)] = re.findall(r"-X (\w+) \"\$URL(\S+)\".*?-d '(.*?)'", PAGE, re.DOTALL)
    owner.user.api_keys.update(scopes=["admin"])
    answer = owner.client.generic(method, path, body, content_type="application/json")
    assert answer.status_code == 201
    assert answer.json()["scopes"] == json.loads(body)["scopes"]


def test_the_scopes_are_those_of_the_table() -> None:
    assert re.findall(r"^\| `([a-z:]+)` \|", PAGE, re.MULTILINE) == list(SCOPES)


def test_the_administrators_statements_are_those_that_the_migration_asks_for() -> None:
    [shown] = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)
    asked = ROLE_MISSING.format(account='"app"').splitlines()
    assert shown.splitlines() == [line.strip() for line in asked if line.endswith(";")]


def test_the_operations_of_a_new_table_are_made_as_shown() -> None:
    [shown] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    made: dict[str, list[policies.Isolate]] = {}
    exec(shown, vars(policies).copy(), made)
    assert [operation.model for operation in made["operations"]] == ["app.Model", "app.Part"]
    assert made["operations"][0].visible == policies.OURS
