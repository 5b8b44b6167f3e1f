"""The pages that rules point to."""

from urllib.parse import urlparse

from privatelink.review.rules import pages


def test_every_page_is_of_awss_documentation():
    urls = [value for name, value in vars(pages).items() if name.isupper() and not name.startswith("_")]

    assert urls
    for url in urls:
        parts = urlparse(url)
        assert (parts.scheme, parts.netloc) == ("https", "docs.aws.amazon.com"), url
        assert parts.path.endswith(".html"), url
