"""Examples for the check of the two views of a virtual directory."""

from kit.changes import partial, put, remove, unanswered
from kit.examples import Examples

OWA = "exchange: Get-OwaVirtualDirectory -Server ex02"
EWS = "exchange: Get-WebServicesVirtualDirectory -Server ex02"

EXAMPLES = {
    "virtual-directories.iis-agrees": Examples(
        "ex02",
        says=("the directory says", "is known to the directory only"),
        failing={
            "a URL": put(EWS, "(Default Web Site)", InternalUrl="https://elsewhere.contoso.com/EWS/Exchange.asmx"),
            "Extended Protection": put(OWA, "(Default Web Site)", ExtendedProtectionTokenChecking="None"),
            "a directory that IIS lost": remove(OWA, {"Identity": "(Default Web Site)"}),
        },
        undetermined={
            "part of IIS's answer": partial(EWS),
            "no answer of IIS": unanswered("exchange: Get-MapiVirtualDirectory -Server ex02"),
        },
        passing={
            "what only IIS knows": put(OWA, "(Default Web Site)", FormsAuthentication=True, Path="C:\\inetpub\\owa"),
        },
    ),
}
