"""E-mail through Django's mail backend: one text, the same in HTML, answers go to the issuer."""

from email.utils import formataddr, parseaddr
from smtplib import SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from notifications.channels.base import Outgoing
from notifications.errors import SendFailed

# Marks our own messages, which are kept as rows; the local backend keeps only the others (password resets).
MESSAGE_HEADER = "X-Langganan-Message"
PERMANENT = 500


class EmailChannel:
    """Sends with a Message-ID made from the message's id, so that a second delivery is recognised as the same one."""

    def send(self, message: Outgoing) -> str:
        """Raises `SendFailed`: for good where the server refuses the mailbox (5xx), else to be tried again."""
        mail = compose(message)
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            gone = bool(codes) and all(code >= PERMANENT for code in codes)
            raise SendFailed(f"Alamat ditolak: {error.recipients}", retryable=not gone) from error
        except (SMTPException, OSError) as error:
            raise SendFailed(f"{type(error).__name__}: {error}", retryable=True) from error
        return str(mail.extra_headers["Message-ID"])


def compose(message: Outgoing) -> EmailMultiAlternatives:
    """The mail as it leaves; sent from the operator's own address (SPF, DKIM) under the product's name."""
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    mail = EmailMultiAlternatives(
        subject=" ".join(message.subject.split()),
        body=message.text,
        from_email=formataddr((message.sender_name, address)) if message.sender_name else settings.DEFAULT_FROM_EMAIL,
        to=[formataddr((message.recipient_name, message.recipient))],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": f"<{message.id}@{address.rpartition('@')[2]}>",
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
            **({MESSAGE_HEADER: str(message.id)} if message.kept else {}),
            **({"List-Unsubscribe": f"<{message.stop_at}>"} if message.stop_at else {}),
        },
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    return mail
