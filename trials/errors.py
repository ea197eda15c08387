"""What can go wrong on the way from visitor to customer."""

from tenants.errors import Conflict, DomainError


class SignupRefused(DomainError):
    """A field of the sign-up cannot be taken."""

    code = "signup_refused"


class AlreadyRegistered(Conflict):
    """Somebody with this registration number is a tenant already."""

    code = "already_registered"


class NoTrial(Conflict):
    """There is no running trial."""

    code = "no_trial"


class ScriptRefused(DomainError):
    """A simulation file that cannot be played."""

    code = "script_refused"


class DutyDone(Conflict):
    """The duty of the pilot is done already."""

    code = "duty_done"
