"""Mail: by the engineer's SMTP server; without one into files of the home folder."""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError
from torgpred.runtime.options import options

SECONDS: Final = 30.0
_HERE: Final = {"localhost", "127.0.0.1", "::1"}


def send(to: str, subject: str, text: str) -> None:
    """Send a plain mail to one address.

    Raises RetryLaterError (`unclear=True` where the server may have taken it), RefusedError and
    NeedsPersonError (a wrong TORGPRED_MAIL_URL).
    """
    given = options()
    letter = EmailMessage()
    letter["From"], letter["To"] = given.mail_from, to
    letter["Subject"] = " ".join(subject.split())
    letter["Date"], letter["Message-ID"] = formatdate(), make_msgid(domain="torgpred.invalid")
    letter.set_content(text)
    if not given.mail_url:
        folder = given.home / "mail"
        folder.mkdir(parents=True, exist_ok=True)
        name = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(letter.as_bytes())
        return
    _by_smtp(given.mail_url, letter)


def _by_smtp(url: str, letter: EmailMessage) -> None:
    where = urlsplit(url)
    if where.scheme not in {"smtp", "smtps"} or not where.hostname:
        raise NeedsPersonError(reason="TORGPRED_MAIL_URL is no smtp:// or smtps:// address")
    handed = False
    try:
        kind = smtplib.SMTP_SSL if where.scheme == "smtps" else smtplib.SMTP
        with kind(where.hostname, where.port or 0, timeout=SECONDS) as server:
            server.ehlo()
            private = where.scheme == "smtps" or where.hostname in _HERE
            if where.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                private = True
            if where.username and not private:
                raise NeedsPersonError(
                    reason="the mail server offers no encryption: no password is sent to it"
                )
            if where.username:
                server.login(unquote(where.username), unquote(where.password or ""))
            handed = True
            server.send_message(letter)
            handed = False
    except smtplib.SMTPAuthenticationError as error:
        why = "the mail server refuses the user or password of TORGPRED_MAIL_URL"
        raise NeedsPersonError(reason=why) from error
    except smtplib.SMTPResponseException as error:
        if 400 <= error.smtp_code < 500:
            raise RetryLaterError(reason=f"the mail server said {error.smtp_code}") from error
        raise RefusedError(reason=f"the mail server said {error.smtp_code}") from error
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        kind_of = RetryLaterError if all(400 <= one < 500 for one in codes) else RefusedError
        raise kind_of(reason="the mail server does not take the address") from error
    except (OSError, smtplib.SMTPException) as error:
        told = {"unclear": True} if handed else {}
        raise RetryLaterError(reason="the mail server does not answer", **told) from error
