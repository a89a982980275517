"""A table of cells for the guard: what must be let through, what must be asked about, what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from k2lab.guard.judge import judge

LET_THROUGH = [
    "df.to_string()",
    "df.to_csv()",
    "print(df.to_markdown(index=False))",
    "import io\nbuffer = io.StringIO()\ndf.to_csv(buffer)\ndf.info(buf=buffer)",
    "import numpy as np\nx = np.load('x.npy')",
    "'{} of {}'.format(1, 2)",
    "import re\npattern = re.compile('a+')\npattern.match('aa')",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()",
    "import seaborn as sns\nsns.violinplot(data=df, x='a', y='b')",
    "from k2lab import plots, stats, use_language\nuse_language('zh')\nstats.facts(df, y='a', x='b')",
    "df.rename(columns={'a': 'b'}).replace({'x': 'y'})",
    "df['a'].str.replace('x', 'y').rename('b')",
    "s = df['a'].copy()\ns.index.name = 'x'",
    "df.query('a > 3 and b == \"x\"').eval('c = a + b')",
    "df.eval('a + b')",
    "import statsmodels.formula.api as smf\nfit = smf.ols('y ~ C(x) * z', df).fit(cov_type='HC3')\nfit.summary()",
    "from scipy import signal\nsignal.find_peaks(x)",
    "from scipy import stats\nstats.ttest_ind(a, b, equal_var=False)",
    "%matplotlib inline\nimport pandas as pd",
    "%time df.sort_values('a')",
    "%%time\ndf.groupby('a').mean()",
    "df?",
    "getattr(df['a'], 'mean')()",
    "for how in ['mean', 'median']:\n    print(getattr(df['a'], how)())",
    "import numpy as np\nfor f in ('mean', 'std'):\n    print(getattr(np, f)(x))",
    "import os\nprint(os.path.exists('a'), os.getcwd(), os.listdir('.'))",
    "import os\nos.environ['OMP_NUM_THREADS'] = '1'",
    "import sys\nprint(sys.version, sys.path)",
    "type(df).__name__, df.__class__",
    "input = df['x']\nprint(input.mean())",
    "exit = df.exit.mean()",
    "requests = df[df.kind == 'request']\nrequests.groupby('a').size()",
    "import importlib.metadata\nimportlib.metadata.version('pandas')",
    "import pandas as pd\npd.read_csv('data.csv')",
    "import json\njson.dumps({'a': 1})",
    "import warnings\nwarnings.filterwarnings('ignore')",
    "import duckdb\nduckdb.sql('select count(*) from df').df()",
    "import duckdb\ncon = duckdb.connect()\ncon.execute('SELECT 1')",
    "import urllib.parse\nurllib.parse.quote('a')",
    "print('see https://example.org')",
    "df['url'].str.startswith('http://')",
    "df.loc[df.site == 'https://example.org']",
    "x = (",
    "rm = 3",
    "less = df < 3",
    "run = 1",
    "store == 3",
    "env['x']",
    "",
    "from concurrent.futures import ThreadPoolExecutor",
    "import threading",
    "import pickle",
    "from pathlib import Path\nPath('data').glob('*.csv')",
    "with open('notes.txt') as f:\n    print(f.read())",
    "class A:\n    def save(self):\n        return 1\nA().save()",
    "df.attrs['save'] = 1",
    "import plotly.express as px",
    "import polars as pl\npl.scan_csv('a.csv').collect()",
    "df.style.format('{:.1f}')",
    "raise ValueError('x')",
    "import random\nrandom.seed(1)",
    "ax.set_title('x'); ax.text(0, 0, 'y'); fig.tight_layout()",
    "df.plot(kind='bar'); plt.close('all')",
]
ASK = [
    ("df.to_csv('/tmp/x.csv')", "files"),
    ("df.to_csv('../x.csv')", "files"),
    ("df.to_csv(path)", "files"),
    ("df.to_parquet(f'/data/{name}.parquet')", "files"),
    ("import matplotlib.pyplot as plt\nplt.savefig('/tmp/a.png')", "files"),
    ("fig.savefig(name + '.png')", "files"),
    ("open('/tmp/a', 'w').write('x')", "files"),
    ("open(where, mode)", "files"),
    ("import io\nio.open('/tmp/a', 'a')", "files"),
    ("import gzip\ngzip.open('/tmp/a', 'wb')", "files"),
    ("from pathlib import Path\nPath('/tmp/a').write_text('x')", "files"),
    ("from pathlib import Path\np = Path('/tmp')\n(p / 'a').unlink()", "files"),
    ("from pathlib import Path\nfor p in Path('.').glob('*'):\n    p.unlink()", "files"),
    ("import pathlib\npathlib.Path('..').joinpath('x').open('w')", "files"),
    ("import pathlib\npathlib.Path('/tmp/a').rename('/tmp/b')", "files"),
    ("path.unlink()", "files"),
    ("import os\nos.remove('/tmp/a')", "files"),
    ("import os as o\no.unlink(name)", "files"),
    ("from os import remove\nremove('/tmp/x')", "files"),
    ("from os import remove as r\nlist(map(r, names))", "files"),
    ("import shutil\nshutil.rmtree('/data')", "files"),
    ("from shutil import move\nmove('a', '/tmp/b')", "files"),
    ("import numpy as np\nnp.save('/tmp/x.npy', x)", "files"),
    ("import numpy as np\nnp.savetxt(target, x)", "files"),
    ("import tempfile\ntempfile.mkdtemp()", "files"),
    ("import os\nos.chdir('/')", "files"),
    ("f = df.to_csv\nf('/tmp/x')", "files"),
    ("import sqlite3\nsqlite3.connect('/tmp/a.db')", "files"),
    ("import pandas as pd\nwith pd.ExcelWriter('/tmp/a.xlsx') as w:\n    df.to_excel(w)", "files"),
    ("open('/etc/passwd').read()", "secrets"),
    ("import pandas as pd\npd.read_csv('~/.ssh/id_rsa')", "secrets"),
    ("from pathlib import Path\nPath.home() / '.env'", "secrets"),
    ("import os\nos.environ['MOONSHOT_API_KEY']", "secrets"),
    ("import os\nprint(dict(os.environ))", "secrets"),
    ("from os import environ\nenviron.get(name)", "secrets"),
    ("import os\nos.getenv('HF_TOKEN')", "secrets"),
    ("import subprocess\nsubprocess.run(['ls'])", "process"),
    ("from subprocess import run\nrun(['ls'])", "process"),
    ("import os\nos.system('ls')", "process"),
    ("from os import system as s\ns('ls')", "process"),
    ("import os\nf = os.popen", "process"),
    ("o.system('ls')", "process"),
    ("pd.io.common.os.system('ls')", "process"),
    ("getattr(os, 'system')('ls')", "process"),
    ("__import__('os').system('ls')", "process"),
    ("!rm -rf /", "process"),
    ("files = !ls", "process"),
    ("if True:\n    !ls", "process"),
    ("%%bash\nls", "process"),
    ("%sx ls", "process"),
    ("!!ls", "process"),
    ("%%time\n!ls", "process"),
    ("%timeit -n 1 -r 1 __import__('os').system('ls')", "process"),
    ("import multiprocessing as mp\nmp.Pool(2)", "process"),
    ("get_ipython().system('ls')", "process"),
    ("%pip install x", "install"),
    ("!pip install x", "process"),
    ("import pip\npip.main(['install', 'x'])", "install"),
    ("rm -rf x", "magic"),
    ("pip install requests", "magic"),
    ("cd ..", "magic"),
    ("rm -f", "magic"),
    ("%run other.py", "magic"),
    ("%load_ext x", "magic"),
    ("%%writefile a.py\nx", "magic"),
    ("%store -r", "magic"),
    ("x = (\n%pip install y", "magic"),
    ("eval('1')", "code"),
    ("e = eval\ne('1')", "code"),
    ("exec(text)", "code"),
    ("compile('1', 'a', 'eval')", "code"),
    ("import ctypes", "code"),
    ("import importlib\nimportlib.import_module(name)", "code"),
    ("import sys\nsys.modules['os'].system('ls')", "code"),
    ("().__class__.__bases__[0].__subclasses__()", "code"),
    ("getattr(x, '__globals__')", "code"),
    ("import os\ngetattr(os, name)", "code"),
    ("import os\nvars(os)['system']('ls')", "code"),
    ("df.query('@x.__globals__')", "code"),
    ("get_ipython().run_cell('1')", "code"),
    ("import pickle\npickle.load(f)", "unpickle"),
    ("import pandas as pd\npd.read_pickle('x')", "unpickle"),
    ("from joblib import load\nload('x')", "unpickle"),
    ("import numpy as np\nnp.load('x', allow_pickle=True)", "unpickle"),
    ("import sys\nsys.exit()", "exit"),
    ("quit()", "exit"),
    ("raise SystemExit", "exit"),
    ("import requests", "network"),
    ("requests.get(url)", "network"),
    ("import urllib.request as u\nu.urlopen('http://a.b')", "network"),
    ("from urllib import request", "network"),
    ("import socket", "network"),
    ("import http.client", "network"),
    ("import pandas as pd\npd.read_csv('https://a.b/c.csv')", "network"),
    ("import pandas as pd\nbase = 'https://a.b/'\npd.read_csv(base + name)", "network"),
    ("import pandas as pd\npd.read_parquet(f's3://bucket/{name}')", "network"),
    ("df.to_csv('s3://bucket/x.csv')", "network"),
    ("import seaborn as sns\nsns.load_dataset('tips')", "network"),
    ("import statsmodels.api as sm\nsm.datasets.get_rdataset('mtcars')", "network"),
    ("con.execute('DROP TABLE x')", "database"),
    ("import duckdb\nduckdb.sql(\"COPY df TO '/tmp/x.csv'\")", "database"),
    ("df.to_sql('x', con)", "database"),
    ("con.execute('select 1; delete from x')", "database"),
]

DENY = [
    ("input('x')", "input"),
    ("x = input()", "input"),
    ("from getpass import getpass\ngetpass()", "input"),
    ("breakpoint()", "input"),
    ("import os\nos._exit(0)", "kill"),
    ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", "kill"),
    ("import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)", "kill"),
]


@pytest.mark.parametrize("code", LET_THROUGH)
def test_ordinary_analysis_is_let_through(code: str, tmp_path: Path):
    assert judge(code).reasons == ()
    assert judge(code, folder=tmp_path).decision == "allow"


@pytest.mark.parametrize(("code", "rule"), ASK)
def test_what_needs_consent_is_asked_about(code: str, rule: str, tmp_path: Path):
    for folder in (None, tmp_path / "out"):
        verdict = judge(code, folder=folder)

        assert verdict.decision == "ask"
        assert rule in {reason.rule for reason in verdict.reasons}


@pytest.mark.parametrize(("code", "rule"), DENY)
def test_what_cannot_work_is_refused(code: str, rule: str):
    verdict = judge(code)

    assert verdict.decision == "deny"
    assert rule in {reason.rule for reason in verdict.reasons}


@pytest.mark.parametrize(
    "code",
    [
        "df.to_csv('x.csv')",
        "import os\nos.makedirs('figures', exist_ok=True)\nfig.savefig(os.path.join('figures', 'a.png'))",
        "from pathlib import Path\nout = Path('figures')\nout.mkdir(exist_ok=True)\n(out / 'a.txt').write_text('x')",
        "with open('notes.txt', 'w') as f:\n    f.write('x')\n    df.to_csv(f)",
        "import numpy as np\nnp.save('x.npy', x)",
        "import os\nos.remove('x.csv')",
        "name = 'a'\nfig.savefig(f'{name}.png')",
    ],
)
def test_the_folder_of_the_run_is_open_and_no_folder_is_closed(code: str, tmp_path: Path):
    assert judge(code, folder=tmp_path).reasons == ()
    assert {reason.rule for reason in judge(code).reasons} == {"files"}


def test_an_absolute_path_in_the_folder_is_inside_and_a_link_that_leads_out_is_not(tmp_path: Path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path)

    assert judge(f"df.to_csv({str(folder / 'x.csv')!r})", folder=folder).decision == "allow"
    assert judge("df.to_csv('link/x.csv')", folder=folder).decision == "ask"
    assert judge(f"df.to_csv({str(folder) + 'side/x.csv'!r})", folder=folder).decision == "ask"


def test_a_name_with_two_values_is_not_known(tmp_path: Path):
    code = "name = 'a.csv'\nif x:\n    name = '/etc/a.csv'\ndf.to_csv(name)"

    assert "files" in {reason.rule for reason in judge(code, folder=tmp_path).reasons}


def test_a_reason_points_at_the_line_and_shows_it():
    verdict = judge("import os\n\nx = 1\nos.system('ls')  # list")

    assert [(reason.line, reason.source) for reason in verdict.reasons] == [(4, "os.system('ls')  # list")]


def test_the_line_in_a_cell_magic_counts_from_the_top_of_the_cell():
    verdict = judge("%%time\nx = 1\n!ls")

    assert [reason.line for reason in verdict.reasons] == [3]


@pytest.mark.parametrize(
    "code", ["\0", "x" * 100_000, "(" * 500, "not " * 3000 + "x", "é = 1\n世界 = 2", "\ufeffx = 1"]
)
def test_odd_text_is_judged_without_a_crash(code: str):
    assert judge(code).decision in ("allow", "ask")


def test_the_reference_figures_are_let_through_but_for_their_files(shared: Path):
    code = (shared / "design" / "mocks" / "make_figures.py").read_text()

    assert {reason.rule for reason in judge(code).reasons} <= {"files", "code"}  # it runs a notebook's cells with exec
