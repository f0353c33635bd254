"""Examples for the checks of what updates leave behind."""

from kit.changes import add, both, drop, partial, put, unanswered
from kit.examples import Examples
from muster.model import Object

FOUND = "-Pattern %ExchangeInstallDir%"
SETTINGS = "windows ex02: Select-Xml -Path 'C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy"
SERVER, GLOBAL = "Get-ServerMonitoringOverride -Server ex01", "Get-GlobalMonitoringOverride"
BUILD = "windows ex01: Get-CimInstance -ClassName CIM_DataFile -Filter 'Name=''C:\\\\Program Files"
LEFT = Object(
    "Selected.MatchInfo",
    None,
    {
        "Path": "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\ClientAccess\\SharedWebConfig.config",
        "LineNumber": 12,
    },
)

EXAMPLES = {
    "configuration.install-path-expanded": Examples(
        "ex02",
        says=("%ExchangeInstallDir% stands in line 12",),
        failing={"the back end's shared file": add("windows ex02: Select-String -Path", LEFT)},
        undetermined={
            "files that could not be opened": partial("windows ex02: Select-String -Path"),
            "no answer": unanswered("windows ex02: Select-String -Path"),
            "whether any file was searched": unanswered(SETTINGS),
        },
    ),
    "configuration.monitoring-overrides-apply": Examples(
        "ex01",
        says=("it is bound to 15.2.1258.12; the server runs 15.2.1544.34",),
        failing={"the build before": put(SERVER, ApplyVersion="15.2.1258.12")},
        undetermined={
            "what it is bound to": drop(SERVER, "ApplyVersion"),
            "a version that is none": put(SERVER, ApplyVersion="CU13"),
            "part of the overrides": partial(SERVER),
        },
        passing={"one with a duration": put(SERVER, ApplyVersion="")},
    ),
    "configuration.global-monitoring-overrides-apply": Examples(
        "Contoso",
        says=("which no server runs",),
        failing={"of a build before all": put(GLOBAL, ApplyVersion="15.2.1258.12")},
        undetermined={
            "what it is bound to": drop(GLOBAL, "ApplyVersion"),
            "part of the overrides": partial(GLOBAL),
            "the build of a server that may run it": both(
                put(GLOBAL, ApplyVersion="15.2.1258.12"), unanswered("windows ex01: Get-ItemProperty")
            ),
        },
        passing={"one with a duration": put(GLOBAL, ApplyVersion="")},
    ),
}
