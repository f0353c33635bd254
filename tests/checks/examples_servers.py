"""Examples for the checks of servers as the directory knows them."""

from kit.changes import both, copy, drop, partial, put, remove
from kit.examples import Examples

SERVERS, CONNECTORS = "exchange: Get-ExchangeServer", "exchange: Get-ReceiveConnector"
STATUS_OF_EX04 = "Get-ExchangeServer -Identity ex04 -Status"

EXAMPLES = {
    "servers.in-inventory": Examples(
        "Contoso",
        says=("is not in the inventory",),
        failing={"a forgotten server": copy(SERVERS, "EX02", Name="EX77", Fqdn="ex77.contoso.local")},
        undetermined={
            "a server's name": drop(SERVERS, "Name", where="EX04"),
            "part of the servers": partial(SERVERS),
        },
    ),
    "servers.rows-in-inventory": Examples(
        "Contoso",
        says=("which the inventory does not have",),
        failing={
            "a connector of a forgotten server": put(CONNECTORS, r"EX02\Default EX02", Server="EX77"),
            "a directory of a server that is gone": put("Get-OwaVirtualDirectory", r"EX02\owa", Server="EX77"),
        },
        undetermined={
            "whose a connector is": drop(CONNECTORS, "Server", where=r"EX02\Default EX02"),
            "part of the connectors": partial(CONNECTORS),
        },
    ),
    "servers.in-directory": Examples(
        "Contoso",
        says=("ex04: is in the inventory",),
        failing={"its object was removed": remove(SERVERS, "EX04")},
        undetermined={
            "a server's name": drop(SERVERS, "Name", where="EX04"),
            "not among part of the servers": both(remove(SERVERS, "EX04"), partial(SERVERS)),
        },
    ),
    "servers.site-matches-inventory": Examples(
        "ex03",
        says=("is in site Seattle where London was declared", "is in no site"),
        failing={
            "another site": put(SERVERS, "EX03", Site="contoso.local/Configuration/Sites/Seattle"),
            "no subnet fits": put(SERVERS, "EX03", Site=None),
        },
        undetermined={
            "its site": drop(SERVERS, "Site", where="EX03"),
            "part of the servers": partial(SERVERS),
        },
    ),
    "servers.edition-not-expired-trial": Examples(
        "ex03",
        says=("the trial has expired",),
        failing={
            "expired": put(
                SERVERS,
                "EX03",
                Edition="StandardEvaluation",
                IsExchangeTrialEdition=True,
                IsExpiredExchangeTrialEdition=True,
            )
        },
        undetermined={
            "whether it expired": drop(SERVERS, "IsExpiredExchangeTrialEdition", where="EX03"),
            "neither yes nor no": put(SERVERS, "EX03", IsExpiredExchangeTrialEdition=None),
        },
    ),
    "servers.trial-not-ending": Examples(
        subject="ex05",
        failing={
            "a trial of which three weeks are left": put(
                SERVERS, "EX05", IsExchangeTrialEdition=True, RemainingTrialPeriod="21.03:00:00"
            ),
        },
        undetermined={
            "not sent": drop(SERVERS, "IsExchangeTrialEdition", where="EX05"),
            "how long was not sent": both(
                put(SERVERS, "EX05", IsExchangeTrialEdition=True), drop(SERVERS, "RemainingTrialPeriod", where="EX05")
            ),
        },
        passing={
            "a trial that has only begun": put(
                SERVERS, "EX05", IsExchangeTrialEdition=True, RemainingTrialPeriod="179.23:00:00"
            ),
        },
        says=("the trial ends in 21 days",),
    ),
    "servers.mitigations-enabled": Examples(
        "ex06",
        says=("MitigationsEnabled is False",),
        failing={"switched off": put(SERVERS, "EX06", MitigationsEnabled=False)},
        undetermined={
            "an old endpoint does not send it": drop(SERVERS, "MitigationsEnabled", where="EX06"),
            "part of the servers": partial(SERVERS),
        },
    ),
    "servers.no-static-domain-controllers": Examples(
        "ex04",
        says=("where it was expected to be empty",),
        failing={
            "a fixed list": put(STATUS_OF_EX04, StaticDomainControllers=("dc2.contoso.local",)),
            "fixed global catalogs": put(STATUS_OF_EX04, StaticGlobalCatalogs=("dc1.contoso.local",)),
            "one to avoid": put(STATUS_OF_EX04, StaticExcludedDomainControllers=("dc1.contoso.local",)),
            "one for the configuration": put(STATUS_OF_EX04, StaticConfigDomainController="dc2.contoso.local"),
        },
        undetermined={
            "one of the lists": drop(STATUS_OF_EX04, "StaticGlobalCatalogs"),
            "beside an error": partial(STATUS_OF_EX04),
        },
    ),
}
