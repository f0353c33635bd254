"""What an SMTP port says to a stranger, before and after STARTTLS. No mail is ever sent."""

from muster.model import Answer, Object, Problem, SmtpDialogue, Value
from muster.transport.connecting import Deadline, connect_to, connection_problem
from muster.transport.probes.smtp_conversation import SmtpConversation
from muster.transport.probes.tls import chain_of, handshake
from muster.transport.session import Unanswered


def ask_smtp(question: SmtpDialogue, address: str, port: int, seconds: float) -> Answer:
    """Greeting, EHLO, and where it is offered STARTTLS and EHLO again; then QUIT. Raises ``Unanswered``.

    Where STARTTLS is offered and then fails, the answer is partial: what came before stands, ``EhloAfterTls`` and
    ``Chain`` did not come. Where it is not offered, both are empty.
    """
    deadline = Deadline(seconds)
    place = f"{address}:{port}"
    with connect_to(address, port, deadline) as plain:
        try:
            smtp = SmtpConversation(plain, place, deadline)
            banner = smtp.greeting()
            lines = smtp.hello()
        except (OSError, EOFError) as error:
            raise Unanswered(connection_problem(error, address, port, seconds)) from None
        offered = smtp.offers_start_tls(lines)
        properties: dict[str, Value] = {"Banner": banner, "Ehlo": lines, "StartTlsOffered": offered}
        if not offered:
            smtp.quit()
            whole: dict[str, Value] = {"EhloAfterTls": (), "Chain": ()}
            return Answer((Object("SmtpDialogue", None, {**properties, **whole}),))
        try:
            smtp.start_tls()
            with handshake(plain, question.name, deadline) as secured:
                after = SmtpConversation(secured, place, deadline)
                properties["Chain"] = chain_of(secured)
                properties["EhloAfterTls"] = after.hello()
                after.quit()
        except (OSError, EOFError, Unanswered) as error:
            shortfall = _after_start_tls(error, address, port, seconds)
            return Answer((Object("SmtpDialogue", None, properties),), shortfalls=(shortfall,))
    return Answer((Object("SmtpDialogue", None, properties),))


def _after_start_tls(error: Exception, address: str, port: int, seconds: float) -> Problem:
    problem = error.problem if isinstance(error, Unanswered) else connection_problem(error, address, port, seconds)
    return Problem(problem.kind, f"STARTTLS is offered and fails: {problem.message}", problem.cause, problem.cure)
