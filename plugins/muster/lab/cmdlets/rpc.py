"""What Exchange says when it cannot reach a server that only answers for itself."""

from muster.lab.powershell.pipelines import ErrorSaid


def unreachable(server: str, cmdlet: str) -> ErrorSaid:
    """An error record per target: the session is fine, the target is not there (wording unverified)."""
    return ErrorSaid(
        f"A server-side administrative operation has failed. The RPC to target {server} failed. Error 0x6ba (The RPC "
        f"server is unavailable) from cli_{cmdlet.partition('-')[2]}.",
        "Microsoft.Exchange.Rpc.RpcException",
        f"[FailureCategory=Cmdlet-RpcException] 1D5E2B4A,{cmdlet}",
        "ReadError",
        server,
        cmdlet,
    )
