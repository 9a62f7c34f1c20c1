"""Operators list organizations, to find the ID to which limits and pauses apply."""

from tests.people import Person

URL = "/api/v1/organizations"


def make_operator(person: Person) -> None:
    person.user.is_staff = True
    person.user.save()
    person.user.api_keys.update(scopes=["admin"])


def test_an_operator_finds_an_organization_by_its_slug(owner: Person, stranger: Person) -> None:
    make_operator(stranger)
    [found] = stranger.client.get(f"{URL}?slug={owner.organization.slug}").json()["results"]
    assert found["id"] == str(owner.organization.pk)
    assert stranger.client.get(f"{URL}/{found['id']}/limits").status_code == 200
    assert stranger.client.get(f"{URL}?slug=nowhere").json()["results"] == []


def test_a_list_has_pages(owner: Person, stranger: Person) -> None:
    make_operator(owner)
    first = owner.client.get(f"{URL}?limit=1").json()
    second = owner.client.get(first["next"]).json()
    slugs = [row["slug"] for page in (first, second) for row in page["results"]]
    assert sorted(slugs) == sorted([owner.organization.slug, stranger.organization.slug])
    assert second["next"] is None


def test_only_operators_with_the_scope_admin_are_admitted(owner: Person) -> None:
    owner.user.api_keys.update(scopes=["admin"])
    assert owner.client.get(URL).status_code == 403
    make_operator(owner)
    assert owner.client.get(URL).status_code == 200
    assert owner.client.get(f"{URL}?name=x").status_code == 422
    owner.user.api_keys.update(scopes=["jobs:read"])
    assert owner.client.get(URL).status_code == 403
