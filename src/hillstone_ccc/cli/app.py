"""The command line as a whole."""

import click

from hillstone_ccc._version import __version__
from hillstone_ccc.cli.agents import agents
from hillstone_ccc.cli.demo import demo
from hillstone_ccc.cli.doctor import doctor
from hillstone_ccc.cli.download import download
from hillstone_ccc.cli.failure import Commands
from hillstone_ccc.cli.options import verbose_option
from hillstone_ccc.cli.record import record
from hillstone_ccc.cli.records import records
from hillstone_ccc.cli.sandbox import sandbox
from hillstone_ccc.cli.serve import serve


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hillstone-ccc")
@verbose_option
def app() -> None:
    """Read an Alibaba Cloud Call Center (CCC): call records, agents, recordings.

    All commands but demo, sandbox and serve --sandbox ask what the environment names: HILLSTONE_CCC_INSTANCE_ID,
    HILLSTONE_CCC_REGION_ID, HILLSTONE_CCC_ENDPOINT, HILLSTONE_CCC_TIMEZONE, and keys by the default chain
    of alibabacloud-credentials; or a gateway: HILLSTONE_CCC_GATEWAY_URL and HILLSTONE_CCC_GATEWAY_TOKEN.

    Exit codes: 0 fine, 1 the upstream, the network, a download or a check failed, 2 the command cannot be meant,
    130 Ctrl-C, 141 the reader of the output left.
    """


for _command in (demo, sandbox, records, record, agents, download, serve, doctor):
    app.add_command(_command)
