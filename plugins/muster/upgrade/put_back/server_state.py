"""What an upgrade leaves in a server's own state: components, services, cluster node, database copies."""

from xml.sax.saxutils import quoteattr

from muster.drift import Difference
from muster.model import Value
from muster.upgrade.put_back.literals import command, one_line
from muster.upgrade.put_back.steps import HAND, SERVER, SHELL, Draft
from muster.upgrade.seen import requester_of, state_of
from muster.upgrade.values import property_of, text_of

START_TYPES = {"auto": "Automatic", "automatic": "Automatic", "manual": "Manual", "disabled": "Disabled"}
"""Win32_Service's StartMode → Set-Service's -StartupType."""

_LAST = {
    "hubtransport": "Restart-Service -Name 'MSExchangeTransport'",
    "edgetransport": "Restart-Service -Name 'MSExchangeTransport'",
    "frontendtransport": "Restart-Service -Name 'MSExchangeFrontEndTransport'",
}
"""Components of transport, which go last, and what makes them read their state again."""


def component(difference: Difference) -> Draft:
    """Set the state again, by the same requester: by another one nothing happens."""
    requester = requester_of(difference)
    name = difference.object
    if not requester:
        note = (
            f"{name} is {state_of(difference.now)} and was {state_of(difference.was)}: look which requester holds it"
            f" (Get-ServerComponentState, LocalStates) and set it with that one"
        )
        return Draft("components", HAND, notes=(note,))
    gone = difference.was if len(difference.path) != 1 else next(iter(difference.removed), difference.was)
    state = state_of(gone) if state_of(gone) in {"Active", "Inactive", "Draining"} else "Active"
    server = difference.place.subject
    line = command(
        "Set-ServerComponentState",
        [("Identity", server), ("Component", name), ("State", state), ("Requester", requester)],
    )
    folded = name.casefold()
    order = "offline" if folded == "serverwideoffline" else "transport" if folded in _LAST else "components"
    return Draft(order, SHELL, line, what_if=True, hints=(_LAST[folded],) if folded in _LAST else ())


def service(difference: Difference) -> Draft:
    """Set the start type as it was, start what ran, stop what stood still."""
    name = difference.object
    if difference.property == "StartMode" and (mode := START_TYPES.get(text_of(difference.was).casefold())):
        return Draft(
            "services", SERVER, command("Set-Service", [("Name", name), ("StartupType", mode)]), what_if=True
        )
    if difference.property == "State":
        verb = {"running": "Start-Service", "stopped": "Stop-Service"}.get(text_of(difference.was).casefold())
        if verb:
            return Draft("services", SERVER, command(verb, [("Name", name)]), what_if=True)
    return Draft(
        "by hand", HAND, notes=(f"Service {name}: {difference.property or difference.how}: look at it by hand",)
    )


def cluster_node(difference: Difference) -> Draft:
    """Take the node back into the cluster; the cmdlet has no -WhatIf."""
    name = difference.object or difference.place.subject
    return Draft("cluster", SERVER, command("Resume-ClusterNode", [("Name", name)]), server=name)


def database_copy(difference: Difference) -> Draft:
    """Resume a suspended copy; move a database back that was mounted here."""
    copy = text_of(property_of(difference.before, "Identity")) or difference.object
    database, _, server = copy.partition("\\")
    if difference.property == "Status" and text_of(difference.was) == "Mounted":
        line = command(
            "Move-ActiveMailboxDatabase",
            [("Identity", database), ("ActivateOnServer", server or difference.place.subject)],
        )
        return Draft("databases", SHELL, line, what_if=True)
    suspended = {text_of(difference.now).casefold(), text_of(property_of(difference.after, "Status")).casefold()}
    if any("suspended" in state for state in suspended) or text_of(difference.now) == "true":
        return Draft("copies", SHELL, command("Resume-MailboxDatabaseCopy", [("Identity", copy)]), what_if=True)
    return Draft("by hand", HAND, notes=(f"Copy {copy}: {difference.property}: look at it by hand",))


def transport_agent(difference: Difference) -> Draft:
    """Switch an agent on or off as before; one that is gone needs its vendor's installer."""
    item = difference.before or difference.after
    name = text_of(property_of(item, "name")) or text_of(property_of(item, "Identity")) or difference.object
    front = text_of(property_of(item, "Path")).casefold().endswith("fetagents.config")
    scope: list[tuple[str, Value]] = [("TransportService", "FrontEnd" if front else "Hub")]
    service_name = "MSExchangeFrontEndTransport" if front else "MSExchangeTransport"
    hints = (f"Restart-Service -Name '{service_name}'",)
    on_server = f"In the Exchange Management Shell of {one_line(difference.place.subject)} itself: no -Server."
    if not difference.path and difference.before is None:
        return Draft("by hand", HAND, notes=(f"Transport agent '{name}' is new: muster removes nothing",))
    if not difference.path:
        shown = " ".join(
            f"{each}={quoteattr(one_line(text_of(property_of(difference.before, each))))}"
            for each in ("name", "enabled", "classFactory", "assemblyPath")
        )
        file = one_line(text_of(property_of(difference.before, "Path")))
        edit = (f"Repair by hand, with its vendor's installer, which registers: <agent {shown} /> in {file}",)
        return Draft("agents", HAND, edit=edit, hints=hints)
    if difference.property.casefold() == "enabled":
        verb = "Enable-TransportAgent" if text_of(difference.was).casefold() == "true" else "Disable-TransportAgent"
        line = command(verb, [("Identity", name), *scope])
        return Draft("agents", SERVER, line, what_if=True, hints=hints, notes=(on_server,))
    if difference.property.casefold() == "priority" and text_of(difference.was).isdecimal():
        wanted: list[tuple[str, Value]] = [("Identity", name), ("Priority", int(text_of(difference.was))), *scope]
        return Draft(
            "agents", SERVER, command("Set-TransportAgent", wanted), what_if=True, hints=hints, notes=(on_server,)
        )
    return Draft("by hand", HAND, notes=(f"Transport agent '{name}': {difference.property} is another now",))


def execution_policy(difference: Difference) -> Draft:
    """Set a scope's policy as it was; the scopes of a group policy come back with the policy."""
    scope = text_of(property_of(difference.before, "Scope")) or difference.object
    policy = text_of(property_of(difference.before, "ExecutionPolicy"))
    if scope not in {"LocalMachine", "CurrentUser"} or not policy or difference.before is None:
        note = f"Execution policy of scope {one_line(scope)}: link the group policy again, then gpupdate /force"
        return Draft("by hand", HAND, notes=(note,))
    line = command("Set-ExecutionPolicy", [("ExecutionPolicy", policy), ("Scope", scope)])
    return Draft("registry", SERVER, line, what_if=True)


def certificate(difference: Difference) -> Draft:
    """Bind services to a certificate again; a certificate that is gone has a key that nobody here has."""
    thumbprint = text_of(property_of(difference.before, "Thumbprint")) or difference.object
    if difference.property == "Services":
        line = command(
            "Enable-ExchangeCertificate",
            [("Server", difference.place.subject), ("Thumbprint", thumbprint), ("Services", difference.was)],
        )
        note = "Answer the question about the default SMTP certificate as it was before."
        return Draft("certificates", SHELL, line, what_if=True, notes=(note,))
    note = f"Certificate {thumbprint} ({difference.how}): import it with its private key by hand, from your own store"
    return Draft("by hand", HAND, notes=(note,))
