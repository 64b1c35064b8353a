import pytest
from live.people import Group


@pytest.fixture(scope="session")
def group():
    with Group() as made:
        yield made
