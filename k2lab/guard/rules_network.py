"""Rules on the network: what leaves the machine, or comes to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from k2lab.guard.rules_files import URL
from k2lab.guard.source import Source
from k2lab.guard.verdict import Reason

_MODULES = re.compile(
    r"^(socket|socketserver|ssl|requests|httpx|aiohttp|urllib3|httplib2|pycurl|wget|ftplib|smtplib|imaplib|poplib|telnetlib|nntplib"
    r"|paramiko|websockets?|boto3|botocore|fsspec|s3fs|gcsfs|adlfs|webbrowser|openai|anthropic|huggingface_hub|kaggle|yfinance|zmq|grpc"
    r"|pandas_datareader|selenium|playwright|scrapy|psycopg2?|pymysql|mysql|redis|pymongo|snowflake|asyncpg|sqlalchemy|dns|xmlrpc)(\.|$)"
    r"|^urllib\.(request|urlopen)|^http\.(client|server)|^google\.cloud|^azure\.|^asyncio\.(open_connection|start_server)$"
)
_USES = re.compile(
    r"^(requests|httpx)\.(get|post|put|patch|delete|head|options|request|stream|Session|Client|AsyncClient)$"
    r"|^socket\.(socket|create_connection|create_server|gethostby\w+|getaddrinfo)$|^urllib\.request\.\w+|^http\.client\.HTTP\w+"
    r"|(^|\.)(urlopen|urlretrieve)$"
)
_DOWNLOADS = re.compile(
    r"(^|\.)(seaborn|sns)\.(load_dataset|get_dataset_names)$|(^|\.)get_rdataset$|(^|\.)fetch_(openml|california_housing|20newsgroups\w*"
    r"|lfw_\w+|covtype|rcv1|kddcup99|olivetti_faces|species_distributions|file)$|(^|\.)(read_gbq|to_gbq|read_html_url)$"
)


def reaches_the_network(source: Source, folder: Path | None) -> Iterator[Reason]:
    """Ask when a cell opens a connection, downloads or uploads."""
    why = "uses the network"
    for name, node in source.imports:
        if _MODULES.match(name) or _DOWNLOADS.search(name):
            yield source.reason("network", node, why)
    for name, mention in source.mentions():
        if _USES.search(name) or _DOWNLOADS.search(name):
            yield source.reason("network", mention, why)
    for name, call in source.calls():
        last = name.rpartition(".")[2]
        if last in ("print", "set_title", "text", "Markdown", "HTML", "replace", "startswith", "contains", "split"):
            continue  # an address that is shown or looked for is not opened
        if re.match(
            r"^(read|scan|load|open|imread|loadtxt|genfromtxt|to|write|sink|save|parse|connect|Image|from)", last
        ):
            for value in [*call.args, *(keyword.value for keyword in call.keywords)]:
                if URL.match(source.start(value).strip()):
                    yield source.reason("network", call, f"opens {source.start(value).strip()[:80]!r}")
