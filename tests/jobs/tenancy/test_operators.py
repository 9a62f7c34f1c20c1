"""An operator sees the rows of all tenants for a block alone."""

import pytest

from jobs.models import Organization
from jobs.tenancy.rls import as_operator, as_tenant
from tests.people import Person


def test_an_operator_leaves_the_role_of_the_tenant_for_a_block_alone(
    owner: Person, stranger: Person
) -> None:
    with as_tenant(owner.organization.pk):
        with as_operator():
            assert Organization.objects.count() == 2
        assert Organization.objects.get() == owner.organization
        with pytest.raises(KeyError), as_operator():
            raise KeyError
        assert Organization.objects.get() == owner.organization
