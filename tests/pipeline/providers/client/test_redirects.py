import pytest

from pipeline.providers.client.failures import ProviderError
from pipeline.providers.client.redirects import followed

HERE = "https://data.example/a?api_key=secret"


@pytest.mark.parametrize(
    ("url", "location", "there"),
    [
        (HERE, "/b", "https://data.example/b"),
        (HERE, "https://data.example:443/b", "https://data.example:443/b"),
        ("http://127.0.0.1:81/a", "/b?x=1", "http://127.0.0.1:81/b?x=1"),
        ("http://mirror.example/a", "https://mirror.example/a", "https://mirror.example/a"),
    ],
)
def test_a_redirect_on_the_same_host_is_followed(url: str, location: str, there: str) -> None:
    assert followed(url, location, "vendor") == there


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://data.example/a", "without TLS"),
        ("file:///etc/passwd", "without TLS"),
        ("https://other.example/a", "another host"),
        ("https://data.example:8443/a", "another host"),
        ("https://me:pw@data.example/a", "another host"),
        ("https://169.254.169.254/latest", "another host"),
        ("https://[::1", "no address"),
        ("https://a:99999999/", "no address"),
    ],
)
def test_a_redirect_leads_nowhere_else(location: str, said: str) -> None:
    with pytest.raises(ProviderError, match=said) as caught:
        followed(HERE, location, "vendor (/a)")
    assert "secret" not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_host_that_the_provider_s_file_names_may_be_led_to_and_by_tls_alone() -> None:
    further = {"cdn.example"}
    there = "https://cdn.example/a"
    assert followed(HERE, there, "vendor", further) == there
    for location in (
        "http://cdn.example/a",
        "https://cdn.example:8443/a",
        "https://cdn.example.x/",
    ):
        with pytest.raises(ProviderError):
            followed(HERE, location, "vendor", further)
