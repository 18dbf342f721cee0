"""What every test stands on: no way out of this machine, nobody's keys, one set of Hypothesis profiles."""

import os

import pytest
from hypothesis import HealthCheck, settings

# Before any vendor's package is imported: the default chain of keys ends in a request to a metadata address.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"

_FOREIGN = ("ALIBABA_CLOUD_", "HILLSTONE_CCC_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "ssl_cert_file", "ssl_cert_dir")
_KEPT = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "HILLSTONE_CCC_LIVE_")

settings.register_profile(
    "quick",
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.register_profile("ci", settings.get_profile("quick"), max_examples=200, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(autouse=True)
def _nobodys_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key, proxy or setting of whoever runs the tests reaches them."""
    for name in list(os.environ):
        if name.startswith(_FOREIGN) and not name.startswith(_KEPT):
            monkeypatch.delenv(name)
        if name.lower() in _PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
