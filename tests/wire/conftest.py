"""The service as it starts in the development profile, asked over HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cds_service.app import Service, create_app
from cds_service.settings import Settings


@pytest.fixture(scope="session")
def service() -> Service:
    return create_app(Settings())


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return service.test_client()
