"""A real mail server on this machine for the tests: SMTP, with STARTTLS when asked; keeps what it took, refuses when told to."""
import email
import email.policy

from aiosmtpd.controller import Controller
from world import free_ports


class Box:
    """What arrived: (envelope recipients, parsed letter). refuse: answers to give before the next letters are taken."""

    def __init__(self):
        self.letters, self.refuse, self.secured = [], [], []

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return self.refuse.pop(0)
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.secured.append(session.ssl is not None)
        self.letters.append((envelope.rcpt_tos, letter))
        return "250 OK"

    def take(self):
        """What has come since the last look, by recipient."""
        taken, self.letters = self.letters, []
        return {to[0]: letter for to, letter in taken}


class MailServer:
    def __init__(self, tls=None):
        self.box = Box()
        self.port = free_ports(1)[0]
        self.controller = Controller(self.box, hostname="127.0.0.1", port=self.port, tls_context=tls, require_starttls=tls is not None)

    def __enter__(self):
        self.controller.start()
        return self

    def __exit__(self, *_):
        self.controller.stop()
