"""Examples: Autodiscover's service connection point."""

from kit.changes import drop, partial, put
from kit.examples import Examples

ASKED = "Get-ClientAccessService"
PATH = "Autodiscover/Autodiscover.xml"
URI = "AutoDiscoverServiceInternalUri"

EXAMPLES = {
    "autodiscover.service-uri": Examples(
        subject="ex02",
        failing={
            "plain http": put(ASKED, "EX02", **{URI: f"http://autodiscover.contoso.com/{PATH}"}),
            "its own full name, as Setup writes it": put(
                ASKED, "EX02", **{URI: f"https://ex02.contoso.local/{PATH}"}
            ),
            "the name for mail exchange": put(ASKED, "EX02", **{URI: f"https://mx.contoso.com/{PATH}"}),
            "a path where nothing answers": put(ASKED, "EX02", **{URI: "https://autodiscover.contoso.com/owa"}),
            "never set": put(ASKED, "EX02", **{URI: None}),
        },
        undetermined={
            "not sent": drop(ASKED, URI, where="EX02"),
            "came with an error": partial(ASKED),
        },
        says=("AutoDiscoverServiceInternalUri is",),
    ),
}
