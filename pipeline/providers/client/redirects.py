"""Where a redirect may lead: to the same host or one that the provider's file names, by TLS."""

from collections.abc import Collection
from urllib.parse import SplitResult, urljoin, urlsplit

from pipeline.providers.client.failures import ProviderError

STATUSES = frozenset({301, 302, 303, 307, 308})
_SHOWN = 80


def followed(url: str, location: str | None, where: str, further: Collection[str] = ()) -> str:
    """The address that a redirect names.

    A host is held to be the one that was asked by its name and port, so that no answer leads to a
    private network, a metadata service of a cloud, or a file.

    Parameters
    ----------
    url
        The address that was asked. One without TLS is a mirror that the user named.
    further
        Names of hosts that it may lead to besides, at the usual port: `Provider.redirects_to`.

    Raises
    ------
    ProviderError
        When it names another host or port, gives up TLS, or is no address.
    """
    here = urlsplit(url)
    try:
        there = urlsplit(urljoin(url, location or ""))
        moved = _host(there) not in {_host(here), *((name, None) for name in further)}
    except ValueError:
        raise ProviderError(f"{where} redirects to what is no address; nothing is taken") from None
    if there.scheme not in {"https", here.scheme}:
        raise ProviderError(f"{where} redirects to an address without TLS; nothing is taken")
    if moved or there.username is not None:
        raise ProviderError(
            f"{where} redirects to another host ({repr(there.hostname)[:_SHOWN]}); nothing is "
            "taken: if the provider has moved there, name it in live.endpoints of params.yaml"
        )
    return there.geturl()


def _host(parts: SplitResult) -> tuple[str | None, int | None]:
    """Name, and port where it is none of the two usual ones."""
    port = parts.port
    return parts.hostname, None if port in {80, 443} else port
